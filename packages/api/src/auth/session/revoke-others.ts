import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { publishSessionsEnded, endSessions, isOwnSession } from "./lifecycle.ts";

/** Ends all of the caller's sessions except the current one. */
export async function revokeOtherSessions(
  ctx: Context,
  { caller }: Access<"account.manage">,
): Promise<EmptyResult> {
  const { userId, sessionId } = caller;
  publishSessionsEnded(
    ctx,
    await endSessions(ctx.database.db, ctx, isOwnSession(userId, { except: sessionId })),
  );
  return { ok: true };
}
