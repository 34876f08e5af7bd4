import type { Page, Session } from "@mdreader/contract";
import { authSessions } from "@mdreader/db";
import { and, desc, eq, gt, isNull, lt, sql } from "drizzle-orm";

import type { AccountCheck } from "../../access/resource-checks.ts";
import { countPreparedRows, idCursor, type PageInput, toIdPage } from "../../util/pagination.ts";

/** The columns of a `Session`. */
export const sessionColumns = {
  id: authSessions.id,
  userAgent: authSessions.userAgent,
  ipAddress: authSessions.ipAddress,
  createdAt: authSessions.createdAt,
  lastUsedAt: authSessions.lastUsedAt,
  expiresAt: authSessions.expiresAt,
};

/** Lists the caller's sessions, newest sign-in first. @throws AppError BAD_CURSOR. */
export async function listSessions(
  check: AccountCheck<"account.manage">,
  { cursor, limit }: PageInput,
): Promise<Page<Session>> {
  const after = idCursor.decode(cursor);
  const { access, rows } = await check.select(
    check.db
      .select(sessionColumns)
      .from(authSessions)
      .where(
        and(
          eq(authSessions.userId, check.subject.userId),
          isNull(authSessions.revokedAt),
          gt(authSessions.expiresAt, sql`now()`),
          after === null ? undefined : lt(authSessions.id, after),
        ),
      )
      .orderBy(desc(authSessions.id))
      .limit(countPreparedRows(limit)),
  );
  const { sessionId } = access.caller;
  return toIdPage(rows, limit, (row) => ({ ...row, current: row.id === sessionId }));
}
