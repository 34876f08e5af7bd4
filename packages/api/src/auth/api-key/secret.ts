import { apiKeyPrefix } from "../authenticate.ts";
import { createSecret, hashSecret } from "../secrets.ts";

/** Number of readable characters that are stored: the prefix and six more, so that users recognize the key. */
const hintCharacters = apiKeyPrefix.length + 6;

/** The secret of a new key, and what is stored of it. */
export interface NewKeySecret {
  secret: string;
  stored: { secretHash: Uint8Array; hint: string };
}

export function createKeySecret(): NewKeySecret {
  const secret = apiKeyPrefix + createSecret();
  return { secret, stored: { secretHash: hashSecret(secret), hint: secret.slice(0, hintCharacters) } };
}
