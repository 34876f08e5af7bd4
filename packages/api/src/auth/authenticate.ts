import type { Credential } from "../access/identity.ts";
import type { Ports } from "../ports.ts";
import { hashSecret } from "./secrets.ts";

/** Prefix of every API key, for people and secret scanners to recognize. */
export const apiKeyPrefix = "mdr_";

/** The prefix and 32 bytes in base64url. */
const apiKeyPattern = new RegExp(`^${apiKeyPrefix}[\\w-]{43}$`);

/**
 * Checks a bearer token without the database: the signature and expiry of an access token, the format of an API key.
 * Each call checks in its own statement whether the session or key is still valid.
 *
 * @param bearer An access token or an API key, without the word "Bearer"; null if the request has none.
 */
export async function authenticate(
  { tokens }: Pick<Ports, "tokens">,
  bearer: string | null,
): Promise<Credential> {
  if (bearer === null) return { kind: "none" };
  if (!bearer.startsWith(apiKeyPrefix)) return tokens.verifyAccess(bearer);
  if (!apiKeyPattern.test(bearer)) return { kind: "rejected", reason: "TOKEN_INVALID" };
  return { kind: "apiKey", secretHash: hashSecret(bearer) };
}
