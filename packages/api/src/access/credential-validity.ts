import type { Sql } from "@mdreader/db";

import type { Caller } from "./identity.ts";

/**
 * Creates a condition that holds while the sessions, keys and accounts of these callers are valid, for statements
 * written for the driver. It matches `selectCaller`, for callers that a check has already found, and saves the
 * statement of a separate check.
 */
export function areCredentialsValid(sql: Sql, callers: readonly Caller[]) {
  const sessions = removeDuplicates(callers.map(({ sessionId }) => sessionId));
  const keys = removeDuplicates(callers.map(({ keyId }) => keyId));
  const areSessionsValid = sql`
    (select count(*) from auth_sessions s join users u on u.id = s.user_id and u.deactivated_at is null
      where s.id = any(${sessions}::uuid[]) and s.revoked_at is null and s.expires_at > now()) = ${sessions.length}`;
  const areKeysValid = sql`
    (select count(*) from api_keys k join users u on u.id = k.user_id and u.deactivated_at is null
      where k.id = any(${keys}::uuid[]) and k.revoked_at is null
        and (k.expires_at is null or k.expires_at > now())) = ${keys.length}`;
  // Most callers use sessions, so the query on keys is often unnecessary.
  if (keys.length === 0) return sessions.length === 0 ? sql`true` : areSessionsValid;
  return sql`${areSessionsValid} and ${areKeysValid}`;
}

const removeDuplicates = (ids: readonly (string | null)[]) => [...new Set(ids.filter((id) => id !== null))];
