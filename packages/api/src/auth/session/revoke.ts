import type { EmptyResult } from "@mdreader/contract";
import { authSessions } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { publishSessionsEnded, endSessions, isOwnSession } from "./lifecycle.ts";

/** Ends one of the caller's sessions, which may be the current one. @throws AppError NOT_FOUND. */
export async function revokeSession(
  ctx: Context,
  { caller }: Access<"account.manage">,
  { id }: { id: string },
): Promise<EmptyResult> {
  const ended = await endSessions(
    ctx.database.db,
    ctx,
    and(isOwnSession(caller.userId), eq(authSessions.id, id)),
  );
  if (ended.length === 0) throw new AppError("NOT_FOUND");
  publishSessionsEnded(ctx, ended);
  return { ok: true };
}
