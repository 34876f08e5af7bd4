import type { KeyObject } from "node:crypto";

import { EncryptJWT, jwtDecrypt, type JWTDecryptResult } from "jose";
import type { z } from "zod";

import type { Clock, Ports } from "../ports.ts";
import { deriveSigningKeys } from "./signing-keys.ts";

/** Encrypted, expiring tokens that carry a value through a browser, which can neither read nor change it. */
export interface SealedTokens<Value> {
  seal(value: Value): Promise<string>;
  /** Returns null for a token that is forged, expired or of another purpose. */
  open(token: string): Promise<Value | null>;
}

/** @param purpose Tokens of one purpose are invalid for another. */
export function createSealedTokens<Schema extends z.ZodType>(
  { settings, clock }: Pick<Ports, "settings" | "clock">,
  { purpose, schema, lifetimeSeconds }: { purpose: string; schema: Schema; lifetimeSeconds: number },
): SealedTokens<z.infer<Schema>> {
  const { current, previous } = deriveSigningKeys(settings, purpose);
  return {
    async seal(value) {
      const now = Math.floor(clock.now().getTime() / 1000);
      return new EncryptJWT({ value })
        .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
        .setExpirationTime(now + lifetimeSeconds)
        .encrypt(current);
    },
    async open(token) {
      for (const key of [current, previous]) {
        const opened = key === null ? null : await decrypt(token, key, clock);
        const parsed = opened === null ? null : schema.safeParse(opened.payload["value"]);
        if (parsed?.success) return parsed.data;
      }
      return null;
    },
  };
}

async function decrypt(token: string, key: KeyObject, clock: Clock): Promise<JWTDecryptResult | null> {
  try {
    return await jwtDecrypt(token, key, {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
      requiredClaims: ["exp"],
      currentDate: clock.now(),
    });
  } catch {
    return null;
  }
}
