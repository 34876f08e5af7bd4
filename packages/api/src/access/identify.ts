import type { Ports } from "../ports.ts";
import { selectCaller, credentialParams } from "./caller-query.ts";
import type { Caller, Credential } from "./identity.ts";

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
  const caller = selectCaller(db, credential.kind);
  const { userId, sessionId, keyId, scopes, keyWorkspaceId, needsSecondFactor, tool } = caller;
  const [found] = await db
    .select({ userId, sessionId, keyId, scopes, keyWorkspaceId, needsSecondFactor, tool })
    .from(caller)
    .prepare("identify")
    .execute(credentialParams(credential));
  return found ?? null;
}
