import { createHash, randomBytes } from "node:crypto";

/** Creates an unguessable secret: 32 random bytes, in base64url. */
export function createSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** Hashes a secret for storage. One round suffices, because a random secret cannot be guessed. */
export function hashSecret(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}
