import type { Scope } from "@mdreader/contract";
import { apiKeys, authSessions, type Executor, users } from "@mdreader/db";
import { and, eq, gt, isNull, or, sql, type SQLWrapper } from "drizzle-orm";

import type { AuthenticatedCredential } from "./identity.ts";
import { hasKeySecondFactor, hasSessionSecondFactor } from "./second-factor-proof.ts";

/**
 * The caller, as a subquery of at most one row. It is empty when the session or key has ended or the account is
 * suspended. Every statement that serves a call starts with it, so that revocation takes effect on the next call. The
 * computed columns have names that no table uses, because Drizzle refers to them without a table name.
 *
 * @param credential The session's id or the key's hash: a parameter, or a column of a list of calls.
 */
export function selectCaller(
  db: Executor,
  kind: AuthenticatedCredential["kind"],
  credential: SQLWrapper = credentialParam,
) {
  return kind === "session" ? selectCallerBySession(db, credential) : selectCallerByApiKey(db, credential);
}

/** Placeholder for the session's id or the key's hash. `credentialParams` provides the value. */
const credentialParam = sql.placeholder("credential");

/** The parameters that identify the caller in a statement. */
export const toCredentialParams = (credential: AuthenticatedCredential) => ({
  credential: credential.kind === "session" ? credential.sessionId : credential.secretHash,
});

function selectCallerBySession(db: Executor, credential: SQLWrapper) {
  return db
    .select({
      userId: sql<string>`${users.id}`.as("caller_user_id"),
      sessionId: sql<string | null>`${authSessions.id}`.as("caller_session_id"),
      keyId: sql<string | null>`null::uuid`.as("caller_key_id"),
      scopes: sql<Scope[] | null>`null::text[]`.as("caller_scopes"),
      keyWorkspaceId: sql<string | null>`null::uuid`.as("caller_key_workspace_id"),
      apiKeyName: sql<string | null>`null::text`.as("caller_api_key_name"),
      needsSecondFactor: sql<boolean>`${authSessions.needsSecondFactor}`.as("caller_needs_second_factor"),
      hasSecondFactor: sql<boolean>`${sql.raw(hasSessionSecondFactor("auth_sessions"))}`.as(
        "caller_has_second_factor",
      ),
      isSuperuser: sql<boolean>`${users.isSuperuser}`.as("caller_is_superuser"),
    })
    .from(authSessions)
    .innerJoin(users, eq(users.id, authSessions.userId))
    .where(
      and(
        eq(authSessions.id, credential),
        isNull(authSessions.revokedAt),
        gt(authSessions.expiresAt, sql`now()`),
        isNull(users.deactivatedAt),
      ),
    )
    .as("caller");
}

function selectCallerByApiKey(db: Executor, credential: SQLWrapper) {
  return db
    .select({
      userId: sql<string>`${users.id}`.as("caller_user_id"),
      sessionId: sql<string | null>`null::uuid`.as("caller_session_id"),
      keyId: sql<string | null>`${apiKeys.id}`.as("caller_key_id"),
      scopes: sql<Scope[] | null>`${apiKeys.scopes}`.as("caller_scopes"),
      keyWorkspaceId: sql<string | null>`${apiKeys.workspaceId}`.as("caller_key_workspace_id"),
      // Text that a key of a workspace writes is by its service account, which has the key's name.
      apiKeyName: sql<string | null>`case when not ${users.isServiceAccount} then ${apiKeys.name} end`.as(
        "caller_api_key_name",
      ),
      needsSecondFactor: sql<boolean>`false`.as("caller_needs_second_factor"),
      hasSecondFactor: sql<boolean>`${sql.raw(hasKeySecondFactor("api_keys"))}`.as(
        "caller_has_second_factor",
      ),
      isSuperuser: sql<boolean>`${users.isSuperuser}`.as("caller_is_superuser"),
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(
      and(
        eq(apiKeys.secretHash, credential),
        isNull(apiKeys.revokedAt),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, sql`now()`)),
        isNull(users.deactivatedAt),
      ),
    )
    .as("caller");
}
