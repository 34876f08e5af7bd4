import type { EmptyResult } from "@mdreader/contract";
import { authIdentities, authSessions } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { lockCaller } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { insertEventsByWorkspace } from "../../workspace/event-log.ts";
import { assertCanSignIn } from "../account/sign-in-methods.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { endSessions, isOwnSession, publishSessionsEnded } from "../session/lifecycle.ts";
import { publishMembershipsChanged } from "./apply-groups.ts";
import { changeGrantedMemberships } from "./granted-memberships.ts";

/**
 * Unlinks an identity from the caller's account, and ends the other sessions that it opened and the memberships that its
 * groups granted.
 * @throws AppError NOT_FOUND; LAST_SIGN_IN_METHOD when no other way to sign in would remain.
 */
export async function unlinkIdentity(
  ctx: Context,
  { caller }: Access<"account.manage">,
  { id }: { id: string },
): Promise<EmptyResult> {
  const { userId, sessionId } = caller;
  const ended = await ctx.database.db.transaction(async (tx) => {
    // The account's row is locked, so that two requests cannot remove the last two ways to sign in.
    const { username } = await lockCaller(tx, caller);
    const opened = and(isOwnSession(userId, { except: sessionId }), eq(authSessions.identityId, id));
    const sessions = await endSessions(tx, ctx, opened);
    const events = await changeGrantedMemberships(tx, ctx, {
      user: { id: userId, username },
      identityIds: [id],
      grants: new Map(),
    });
    const [removed] = await tx
      .delete(authIdentities)
      .where(and(eq(authIdentities.id, id), eq(authIdentities.userId, userId)))
      .returning({ issuer: authIdentities.issuer });
    if (removed === undefined) throw new AppError("NOT_FOUND");
    await assertCanSignIn(tx, ctx, userId);
    const target = { id, name: removed.issuer };
    await recordAudit(tx, ctx, { action: "identity.unlinked", actor: caller, target });
    return { sessions, workspaces: await insertEventsByWorkspace(tx, userId, events, ctx) };
  });
  publishSessionsEnded(ctx, ended.sessions);
  publishMembershipsChanged(ctx, userId, ended.workspaces);
  return { ok: true };
}
