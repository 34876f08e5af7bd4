import type { EmptyResult, Page, Session } from "@mdreader/contract";
import { authSessions } from "@mdreader/db";
import { and, desc, eq, gt, isNull, lt, sql } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { AccountCheck } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { idCursor, type PageInput, toPage } from "../../util/pagination.ts";
import { publishSessionsEnded, endSessions, ownSessions } from "./lifecycle.ts";

const sessionColumns = {
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
      .limit(limit + 1),
  );
  const { sessionId } = access.caller;
  return toPage(
    rows,
    limit,
    (row) => idCursor.encode(row.id),
    (row) => ({ ...row, current: row.id === sessionId }),
  );
}

/** Ends one of the caller's sessions, which may be the current one. @throws AppError NOT_FOUND. */
export async function revokeSession(
  ctx: Context,
  { caller }: Access<"account.manage">,
  { id }: { id: string },
): Promise<EmptyResult> {
  const ended = await endSessions(
    ctx.database.db,
    ctx,
    and(ownSessions(caller.userId), eq(authSessions.id, id)),
  );
  if (ended.length === 0) throw new AppError("NOT_FOUND");
  publishSessionsEnded(ctx, ended);
  return { ok: true };
}

/** Ends all of the caller's sessions except the current one. */
export async function revokeOtherSessions(
  ctx: Context,
  { caller }: Access<"account.manage">,
): Promise<EmptyResult> {
  const { userId, sessionId } = caller;
  publishSessionsEnded(
    ctx,
    await endSessions(ctx.database.db, ctx, ownSessions(userId, { except: sessionId })),
  );
  return { ok: true };
}
