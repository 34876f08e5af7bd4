import type { Credential, Services } from "../context.ts";
import { hashSecret } from "./secrets.ts";

/** What every API key begins with, so that people and secret scanners know one when they see it. */
export const apiKeyPrefix = "mdr_";

/** The prefix and 32 bytes in base64url. */
const apiKeyPattern = new RegExp(`^${apiKeyPrefix}[\\w-]{43}$`);

/**
 * What a bearer token proves by itself: for an access token, its signature and age; for an API key, its form. Whether
 * its session or key still stands is asked with each call, in the statement that loads what the call is about.
 *
 * @param bearer An access token or an API key, without the word "Bearer"; null for a caller who showed nothing.
 */
export async function authenticate(
  { tokens }: Pick<Services, "tokens">,
  bearer: string | null,
): Promise<Credential> {
  if (bearer === null) return { kind: "none" };
  if (!bearer.startsWith(apiKeyPrefix)) return tokens.verifyAccess(bearer);
  if (!apiKeyPattern.test(bearer)) return { kind: "rejected", reason: "TOKEN_INVALID" };
  return { kind: "apiKey", secretHash: hashSecret(bearer) };
}
