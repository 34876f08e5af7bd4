import { errors, SignJWT } from "jose";

import { deriveSigningKeys, verifyToken } from "../../auth/signing-keys.ts";
import type { Ports } from "../../ports.ts";

type ShareTokenPorts = Pick<Ports, "settings" | "clock">;

/** Lifetime of a share token in seconds, and the remaining lifetime below which it is renewed. */
const lifetimeSeconds = 3600;
const renewBelowSeconds = 1800;

const header = { alg: "HS256", typ: "share+jwt" };
const tokenClaims = { issuer: "mdreader", audience: "mdreader:share" };
const deriveShareKeys = ({ settings }: ShareTokenPorts) => deriveSigningKeys(settings, "share pass");

/**
 * Issues a share token, which replaces the password of a share temporarily: the password is entered and hashed
 * once, and is not part of any URL. The token is valid for this share only.
 */
export function issueShareToken(services: ShareTokenPorts, shareId: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader(header)
    .setIssuer(tokenClaims.issuer)
    .setAudience(tokenClaims.audience)
    .setSubject(shareId)
    .setExpirationTime(Math.floor(services.clock.now().getTime() / 1000) + lifetimeSeconds)
    .sign(deriveShareKeys(services).current);
}

/**
 * Renews a share token that is valid for this share: returns the same token, or a new one shortly before it
 * expires, so that a page can stay open. Returns null if the token is invalid.
 */
export async function renewShareToken(
  services: ShareTokenPorts,
  shareId: string,
  shareToken: string,
): Promise<string | null> {
  const currentDate = services.clock.now();
  try {
    const { payload } = await verifyToken(shareToken, deriveShareKeys(services), {
      algorithms: [header.alg],
      typ: header.typ,
      ...tokenClaims,
      subject: shareId,
      currentDate,
    });
    const remainingSeconds = (payload.exp ?? 0) - currentDate.getTime() / 1000;
    return remainingSeconds > renewBelowSeconds ? shareToken : await issueShareToken(services, shareId);
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
