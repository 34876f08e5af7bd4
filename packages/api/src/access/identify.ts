import type { Ports } from "../ports.ts";
import { selectCaller, credentialParams } from "./caller-query.ts";
import type { AuthenticatedCredential, Caller, Credential } from "./identity.ts";
import { memoizePerDatabase } from "./memoize-per-database.ts";

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
  const [found] = await identifications(db, credential.kind).execute(credentialParams(credential));
  return found ?? null;
}

const identifications = memoizePerDatabase((db, kind: AuthenticatedCredential["kind"]) => {
  const caller = selectCaller(db, kind);
  const { userId, sessionId, keyId, scopes, keyWorkspaceId, needsSecondFactor, tool } = caller;
  return db
    .select({ userId, sessionId, keyId, scopes, keyWorkspaceId, needsSecondFactor, tool })
    .from(caller)
    .prepare("identify");
});
