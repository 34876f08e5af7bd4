import { errors, SignJWT } from "jose";
import { z } from "zod";

import type { AuthenticatedCredential, Credential } from "../access/identity.ts";
import { deriveSigningKeys, verifyToken } from "../auth/signing-keys.ts";
import type { Ports } from "../ports.ts";

/**
 * The operation that a link allows: read a file, send the bytes of an upload, or export a workspace, a document or an
 * account.
 */
export type LinkPurpose = "file" | "upload" | "export" | "document" | "account";

/** A signed link's token and its expiry, as ISO 8601. */
export interface SignedLink {
  token: string;
  expiresAt: string;
}

/**
 * Signs links for requests that cannot send headers, such as images in a page. A link carries the session or key of the
 * caller who requested it, limited to one resource. Access is checked when the link is used, as with any call, so links
 * end with the membership and with the session.
 */
export interface LinkSigner {
  sign(purpose: LinkPurpose, id: string, credential: AuthenticatedCredential): Promise<SignedLink>;
  /** Returns the credential of a link; null for a link that is forged, expired, or for another resource. */
  verify(purpose: LinkPurpose, id: string, token: string): Promise<Credential | null>;
}

/**
 * Minimum lifetime in seconds. The expiry is rounded up to a multiple of `step`, so that repeated requests return the
 * same link, which a browser has cached.
 */
const lifetimeSeconds: Record<LinkPurpose, { min: number; step: number }> = {
  file: { min: 600, step: 300 },
  export: { min: 600, step: 300 },
  document: { min: 600, step: 300 },
  account: { min: 300, step: 60 },
  upload: { min: 86_400, step: 3600 },
};

const algorithm = "HS256";
const issuer = "mdreader";
const toAudience = (purpose: LinkPurpose) => `mdreader:${purpose}`;

const payload = z.union([
  z
    .object({ ses: z.uuid(), usr: z.uuid() })
    .transform(({ ses, usr }): Credential => ({ kind: "session", sessionId: ses, userId: usr })),
  z
    .object({ key: z.string() })
    .transform(({ key }): Credential => ({ kind: "apiKey", secretHash: Buffer.from(key, "base64url") })),
]);

export function createLinkSigner({ settings, clock }: Pick<Ports, "settings" | "clock">): LinkSigner {
  const keys = deriveSigningKeys(settings, "file link");
  return {
    async sign(purpose, id, credential) {
      const { min, step } = lifetimeSeconds[purpose];
      const expires = Math.ceil((clock.now().getTime() / 1000 + min) / step) * step;
      const token = await new SignJWT(
        credential.kind === "session"
          ? { ses: credential.sessionId, usr: credential.userId }
          : { key: Buffer.from(credential.secretHash).toString("base64url") },
      )
        .setProtectedHeader({ alg: algorithm, typ: "link+jwt" })
        .setIssuer(issuer)
        .setAudience(toAudience(purpose))
        .setSubject(id)
        .setExpirationTime(expires)
        .sign(keys.current);
      return { token, expiresAt: new Date(expires * 1000).toISOString() };
    },

    async verify(purpose, id, token) {
      try {
        const verified = await verifyToken(token, keys, {
          algorithms: [algorithm],
          issuer,
          audience: toAudience(purpose),
          subject: id,
          typ: "link+jwt",
          currentDate: clock.now(),
        });
        return payload.parse(verified.payload);
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof z.ZodError) return null;
        throw error;
      }
    },
  };
}
