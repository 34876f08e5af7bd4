import type { Ports } from "../ports.ts";
import { toCredentialParams } from "./caller-query.ts";
import type { Caller, Credential } from "./identity.ts";
import { accountChecks } from "./resource-checks.ts";

/**
 * Identifies the user of a credential, for connections that outlive a call, such as a socket. It grants nothing: each
 * call is checked separately.
 * @returns Null when the credential identifies nobody, or its session, key or account has ended.
 */
export async function identifyCaller(
  { database: { db } }: Pick<Ports, "database">,
  credential: Credential,
): Promise<Caller | null> {
  if (credential.kind === "none" || credential.kind === "rejected") return null;
  return (await accountChecks(db, credential.kind).require(toCredentialParams(credential))) ?? null;
}
