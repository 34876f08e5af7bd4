import { SignJWT, jwtVerify, errors } from "jose";
import { z } from "zod";

import type { AuthenticatedCredential } from "../access/caller-query.ts";
import { deriveKey } from "../auth/session/tokens.ts";
import type { Credential, Ports } from "../context.ts";

/** What a link lets its bearer do: read a file, send the bytes of an upload, or export a workspace. */
export type LinkPurpose = "file" | "upload" | "export";

/** A signed link's token, and when it expires, as ISO 8601. */
export interface SignedLink {
  token: string;
  expiresAt: string;
}

/**
 * Signs links for what can show no header, such as an image in a page. A link stands for the session or key of whoever
 * asked for it, with one thing alone: whether that person may still do it is asked when the link is used, as with any
 * call, so that links end with the membership, and with the session.
 */
export interface FileLinkSigner {
  sign(purpose: LinkPurpose, id: string, credential: AuthenticatedCredential): Promise<SignedLink>;
  /** Whom a link stands for; null for one that is forged, expired, or for something else. */
  verify(purpose: LinkPurpose, id: string, token: string): Promise<Credential | null>;
}

/**
 * Seconds that a link holds at least. A link's end is on a multiple of `step`: until then, asking again gives the same
 * link, which a browser has cached.
 */
const lifetimeSeconds: Record<LinkPurpose, { min: number; step: number }> = {
  file: { min: 600, step: 300 },
  export: { min: 600, step: 300 },
  upload: { min: 86_400, step: 3600 },
};

const algorithm = "HS256";
const issuer = "mdreader";
const audience = (purpose: LinkPurpose) => `mdreader:${purpose}`;

const payload = z.union([
  z
    .object({ ses: z.uuid(), usr: z.uuid() })
    .transform(({ ses, usr }): Credential => ({ kind: "session", sessionId: ses, userId: usr })),
  z
    .object({ key: z.string() })
    .transform(({ key }): Credential => ({ kind: "apiKey", secretHash: Buffer.from(key, "base64url") })),
]);

export function createFileLinkSigner({ settings, clock }: Pick<Ports, "settings" | "clock">): FileLinkSigner {
  const key = deriveKey(settings.jwtSecret, "file link");
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
        .setAudience(audience(purpose))
        .setSubject(id)
        .setExpirationTime(expires)
        .sign(key);
      return { token, expiresAt: new Date(expires * 1000).toISOString() };
    },

    async verify(purpose, id, token) {
      try {
        const verified = await jwtVerify(token, key, {
          algorithms: [algorithm],
          issuer,
          audience: audience(purpose),
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
