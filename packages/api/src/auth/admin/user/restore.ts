import type { EmptyResult } from "@mdreader/contract";
import { deletedMemberships, type Tx, users, workspaceMembers, workspaces } from "@mdreader/db";
import { and, asc, eq, gt, sql } from "drizzle-orm";

import type { Access } from "../../../access/authorize.ts";
import { lockMembershipChanges } from "../../../access/locks.ts";
import { publishMembershipChanged } from "../../../access/monitor/access-changes.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import {
  insertEventsByWorkspace,
  type NewEvent,
  type NewWorkspaceEvent,
} from "../../../workspace/event-log.ts";
import { publishRevokedGrants } from "../../account/revoke-granted.ts";
import { sendBestEffort } from "../../email/send-mail.ts";
import { recordAudit } from "../audit/record.ts";
import { mutateInstance } from "../mutate-instance.ts";

/**
 * Restores a deleted account before its purge, with its memberships, and the workspaces that were deleted with it. Its
 * sessions, keys and invitations remain ended. A suspended account remains suspended, and nobody becomes a superuser.
 * @throws AppError NOT_FOUND without such an account, or when its purge is due.
 */
export async function restoreUser(
  ctx: Context,
  access: Access<"user.restore">,
  { id }: { id: string },
): Promise<EmptyResult> {
  const { user, workspaces: restored } = await mutateInstance(ctx, access, async (tx) => {
    const account = await undeleteUser(tx, ctx, id);
    const events = await restoreMemberships(tx, id, account.username);
    await recordAudit(tx, ctx, {
      action: "account.restored",
      actor: access.caller,
      target: { id, name: account.email },
    });
    const changed = await insertEventsByWorkspace(tx, access.caller.userId, events, ctx);
    return { user: account, workspaces: changed };
  });
  publishRevokedGrants(ctx, { keys: [], workspaces: restored });
  for (const { workspaceId } of restored) publishMembershipChanged(ctx, workspaceId, id);
  await sendBestEffort(ctx, { kind: "accountRestored", to: user.email, username: user.username });
  return { ok: true };
}

async function undeleteUser(tx: Tx, ctx: Context, id: string) {
  const { deactivatedAt, deletedAt, purgeAt } = users;
  const [undeleted] = await tx
    .update(users)
    .set({
      deletedAt: null,
      purgeAt: null,
      // Only a suspension has another time than the deletion. It may be later, by the clock of another server.
      deactivatedAt: sql`nullif(${deactivatedAt}, ${deletedAt})`,
      updatedAt: sql`now()`,
    })
    .where(and(eq(users.id, id), gt(purgeAt, ctx.clock.now().toISOString())))
    .returning({ email: users.email, username: users.username });
  if (undeleted === undefined) throw new AppError("NOT_FOUND");
  return undeleted;
}

/** @returns The events of the workspaces. */
async function restoreMemberships(tx: Tx, userId: string, username: string) {
  const { workspaceId } = deletedMemberships;
  const isOwn = eq(deletedMemberships.userId, userId);
  const found = await tx
    .select({ workspaceId })
    .from(deletedMemberships)
    .where(isOwn)
    .orderBy(asc(workspaceId));
  for (const membership of found) await lockMembershipChanges(tx, membership.workspaceId);
  const restored = await tx.delete(deletedMemberships).where(isOwn).returning();
  const events: NewWorkspaceEvent[] = [];
  for (const { role, joinedAt, includesWorkspace, ...membership } of restored.toSorted(compareWorkspaces)) {
    await tx.insert(workspaceMembers).values({ ...membership, role, createdAt: joinedAt });
    const joined: NewEvent = {
      kind: "member.joined",
      subjectId: userId,
      subjectName: username,
      data: { role },
    };
    events.push({ workspaceId: membership.workspaceId, event: joined });
    if (includesWorkspace) events.push(await undeleteWorkspace(tx, membership.workspaceId));
  }
  return events;
}

const compareWorkspaces = (left: { workspaceId: string }, right: { workspaceId: string }) =>
  left.workspaceId < right.workspaceId ? -1 : 1;

async function undeleteWorkspace(tx: Tx, workspaceId: string) {
  const [workspace] = await tx
    .update(workspaces)
    .set({ deletedAt: null })
    .where(eq(workspaces.id, workspaceId))
    .returning({ name: workspaces.name });
  const event: NewEvent = { kind: "workspace.restored", subjectName: workspace?.name ?? null };
  return { workspaceId, event };
}
