import { createHmac, type KeyObject } from "node:crypto";

import { id } from "@mdreader/contract";
import { errors, SignJWT } from "jose";
import QuickLRU from "quick-lru";
import { z } from "zod";

import type { Credential } from "../../access/identity.ts";
import type { Clock, DomainSettings, TokenIssuer } from "../../ports.ts";
import { deriveSigningKeys, type SigningKeys, verifyToken } from "../signing-keys.ts";

const algorithm = "HS256";
const issuer = "mdreader";

/** Token kinds differ in audience and type, and each has a signing key of its own. */
const access = { audience: "mdreader:api", typ: "at+jwt" };
const refresh = { audience: "mdreader:refresh", typ: "rt+jwt" };

const accessPayload = z.object({ sub: id, sid: id, exp: z.int() });
const refreshPayload = z.object({ sid: id, gen: z.int().min(0), jti: z.string(), exp: z.int() });

/** Maximum number of cached access tokens. */
const maxCachedTokens = 5_000;

/**
 * @param settings `jwtSecret` is the root of all keys. Replacing it ends all sessions, unless the former one is still
 *   accepted as `previousJwtSecret`.
 */
export function createTokenIssuer(
  settings: Pick<DomainSettings, "jwtSecret" | "previousJwtSecret" | "accessTokenTtlSeconds">,
  clock: Clock,
): TokenIssuer {
  const accessKeys = deriveSigningKeys(settings, "access token");
  const refreshKeys = deriveSigningKeys(settings, "refresh token");
  const rotationKeys = deriveSigningKeys(settings, "refresh rotation");
  const verified = new QuickLRU<string, { credential: Credential; expiresAt: number }>({
    maxSize: maxCachedTokens,
  });

  const verify = (token: string, keys: SigningKeys, { audience, typ }: typeof access) =>
    verifyToken(token, keys, { algorithms: [algorithm], issuer, audience, typ, currentDate: clock.now() });

  return {
    async issueAccess({ sessionId, userId }) {
      const now = toSeconds(clock.now());
      const exp = now + settings.accessTokenTtlSeconds;
      const token = await new SignJWT({
        sub: userId,
        sid: sessionId,
        iss: issuer,
        aud: access.audience,
        iat: now,
        exp,
      })
        .setProtectedHeader({ alg: algorithm, typ: access.typ })
        .sign(accessKeys.current);
      return { token, expiresAt: new Date(exp * 1000).toISOString() };
    },

    async verifyAccess(token) {
      const cached = verified.get(token);
      if (cached !== undefined && cached.expiresAt > clock.now().getTime()) return cached.credential;
      try {
        const { payload } = await verify(token, accessKeys, access);
        const { sub: userId, sid: sessionId, exp } = accessPayload.parse(payload);
        const expiresAt = exp * 1000;
        const credential: Credential = { kind: "session", sessionId, userId, expiresAt };
        verified.set(token, { credential, expiresAt });
        return credential;
      } catch (error) {
        verified.delete(token);
        return {
          kind: "rejected",
          reason: error instanceof errors.JWTExpired ? "TOKEN_EXPIRED" : "TOKEN_INVALID",
        };
      }
    },

    issueRefresh({ sessionId, generation, secret }, { issuedAt, expiresAt }) {
      const iat = toSeconds(new Date(issuedAt));
      const exp = toSeconds(new Date(expiresAt));
      return new SignJWT({
        sid: sessionId,
        gen: generation,
        jti: secret,
        iss: issuer,
        aud: refresh.audience,
        iat,
        exp,
      })
        .setProtectedHeader({ alg: algorithm, typ: refresh.typ })
        .sign(refreshKeys.current);
    },

    async verifyRefresh(token) {
      try {
        const { payload } = await verify(token, refreshKeys, refresh);
        const { sid: sessionId, gen: generation, jti: secret } = refreshPayload.parse(payload);
        return { sessionId, generation, secret };
      } catch {
        return null;
      }
    },

    deriveNextSecret(secret) {
      const derive = (key: KeyObject) => createHmac("sha256", key).update(secret).digest("base64url");
      const { current, previous } = rotationKeys;
      return { current: derive(current), previous: previous === null ? null : derive(previous) };
    },
  };
}

const toSeconds = (date: Date) => Math.floor(date.getTime() / 1000);
