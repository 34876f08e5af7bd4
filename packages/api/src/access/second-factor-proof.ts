import type { Sql, SqlStatement } from "@mdreader/db";
import { sql as drizzleSql, type SQL, type SQLWrapper } from "drizzle-orm";

import type { Caller } from "./identity.ts";

/**
 * The rule for workspaces that require a second factor, as SQL. An account's first factor ends its other sessions, so an
 * account that has one has only sessions that used it. How people prove who they are to a provider is the provider's
 * decision. API keys have no second factor: the session that created them had one, or not.
 */

/** Whether a session counts as one with a second factor. @param session The table's name or alias in the statement. */
export const hasSessionSecondFactor = (session: string): string =>
  `(${session}.identity_id is not null
    or exists (select from second_factors factor where factor.user_id = ${session}.user_id)
    or exists (select from passkeys passkey where passkey.user_id = ${session}.user_id))`;

/** Whether an API key was created in such a session. @param key The table's name or alias in the statement. */
export const hasKeySecondFactor = (key: string): string => `${key}.created_with_second_factor`;

/** Whether a caller's session or key has a second factor. */
export function hasCallerSecondFactor({ sessionId, keyId }: Caller): SQL<boolean> {
  const found =
    keyId === null
      ? drizzleSql`auth_sessions s where s.id = ${sessionId}::uuid and ${drizzleSql.raw(hasSessionSecondFactor("s"))}`
      : drizzleSql`api_keys k where k.id = ${keyId}::uuid and ${drizzleSql.raw(hasKeySecondFactor("k"))}`;
  return drizzleSql`exists (select from ${found})`;
}

/** Whether a workspace requires a second factor that a caller doesn't have. */
export const lacksRequiredSecondFactor = (caller: Caller, workspaceId: SQLWrapper): SQL<boolean> =>
  drizzleSql`exists (select from workspaces w where w.id = ${workspaceId} and w.second_factor_required
    and not ${hasCallerSecondFactor(caller)})`;

/**
 * Creates a condition that holds while a workspace requires no second factor, or each of these callers has one, for
 * statements written for the driver. Factors are looked up only where they are required.
 */
export function haveRequiredSecondFactor(
  sql: Sql,
  workspaceId: string,
  callers: readonly Caller[],
): SqlStatement {
  const sessions = callers.flatMap(({ sessionId }) => sessionId ?? []);
  const keys = callers.flatMap(({ keyId }) => keyId ?? []);
  return sql`
    (not coalesce((select w.second_factor_required from workspaces w where w.id = ${workspaceId}), false) or not exists (
      select from auth_sessions s where s.id = any(${sessions}::uuid[]) and not ${sql.unsafe(hasSessionSecondFactor("s"))}
      union all
      select from api_keys k where k.id = any(${keys}::uuid[]) and not ${sql.unsafe(hasKeySecondFactor("k"))}
    ))`;
}
