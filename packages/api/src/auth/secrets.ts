import { createHash, randomBytes } from "node:crypto";

/** A secret nobody can guess: 32 bytes of chance, in base64url. */
export function createSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What the database keeps of a secret. One round is enough: what is random as a whole can't be tried out. */
export function hashSecret(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}
