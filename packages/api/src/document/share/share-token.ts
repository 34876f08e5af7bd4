import { errors, jwtVerify, SignJWT } from "jose";

import { deriveKey } from "../../auth/session/tokens.ts";
import type { Services } from "../../context.ts";

type ShareTokenPorts = Pick<Services, "settings" | "clock">;

/** Seconds that a share token holds, and for how many before its end it is exchanged for a new one. */
const lifetimeSeconds = 3600;
const verifyPassword = 1800;

const header = { alg: "HS256", typ: "share+jwt" };
const tokenMarks = { issuer: "mdreader", audience: "mdreader:share" };
const signingKey = ({ settings }: ShareTokenPorts) => deriveKey(settings.jwtSecret, "share pass");

/**
 * A shareToken: what stands for the password of a share for a while, so that it is asked and hashed once, and stands in no
 * address. It is good for this share alone.
 */
export function issueShareToken(services: ShareTokenPorts, shareId: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader(header)
    .setIssuer(tokenMarks.issuer)
    .setAudience(tokenMarks.audience)
    .setSubject(shareId)
    .setExpirationTime(Math.floor(services.clock.now().getTime() / 1000) + lifetimeSeconds)
    .sign(signingKey(services));
}

/**
 * The shareToken to go on with, where this one is good for this share: the same, or a new one when it is about to expire, so
 * that a page can stay open. Null where it is not good.
 */
export async function renewShareToken(
  services: ShareTokenPorts,
  shareId: string,
  shareToken: string,
): Promise<string | null> {
  const currentDate = services.clock.now();
  try {
    const { payload } = await jwtVerify(shareToken, signingKey(services), {
      algorithms: [header.alg],
      typ: header.typ,
      ...tokenMarks,
      subject: shareId,
      currentDate,
    });
    const left = (payload.exp ?? 0) - currentDate.getTime() / 1000;
    return left > verifyPassword ? shareToken : await issueShareToken(services, shareId);
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
