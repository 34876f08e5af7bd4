import { createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

import { errors, jwtVerify, type JWTVerifyOptions, type JWTVerifyResult } from "jose";

import type { DomainSettings } from "../ports.ts";

/** The keys of tokens for a single purpose. */
export interface SigningKeys {
  /** Signs new tokens. */
  current: KeyObject;
  /** Accepted besides, while the secret is replaced; null for none. */
  previous: KeyObject | null;
}

/** Derives the keys for a purpose from the root secrets. */
export function deriveSigningKeys(
  { jwtSecret, previousJwtSecret }: Pick<DomainSettings, "jwtSecret" | "previousJwtSecret">,
  purpose: string,
): SigningKeys {
  return {
    current: deriveKey(jwtSecret, purpose),
    previous: previousJwtSecret === undefined ? null : deriveKey(previousJwtSecret, purpose),
  };
}

const deriveKey = (secret: string, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", `mdreader ${purpose}`, 32)));

/** Verifies a token that was signed with one of the keys. @throws errors.JOSEError */
export async function verifyToken(
  token: string,
  { current, previous }: SigningKeys,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, current, options);
  } catch (error) {
    if (previous === null || !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    return jwtVerify(token, previous, options);
  }
}
