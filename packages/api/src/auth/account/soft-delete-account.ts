import { apiKeys, deletedMemberships, type Tx, users, workspaceMembers, workspaces } from "@mdreader/db";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";

import type { Caller } from "../../access/identity.ts";
import type { Context } from "../../context.ts";
import { insertEventsByWorkspace, type NewEvent, type NewWorkspaceEvent } from "../../workspace/event-log.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { assertNotLastSuperuser } from "../admin/superusers.ts";
import { deleteEmailChange } from "../email-change/pending.ts";
import { revokeEmailTokens } from "../email/email-tokens.ts";
import { endSessions, isOwnSession } from "../session/lifecycle.ts";
import type { DeletedUser, LockedUser } from "./deleted-user.ts";
import { lockMemberships } from "./leave-workspaces.ts";
import { revokeInvitations } from "./revoke-granted.ts";

interface Deletion {
  actor: Caller;
  account: LockedUser;
  retentionDays: number;
}

/**
 * Deletes an account until its purge: no credential works, the user is a member of nothing, and their name is hidden.
 * The address and the username remain taken. Workspaces without other members move to the trash. Keys, invitations and
 * emailed links are revoked for good; everything else returns when a superuser restores the account.
 *
 * @throws AppError SOLE_OWNER_OF_WORKSPACES while a workspace that only the user owns has other members;
 *   LAST_SUPERUSER.
 */
export async function softDeleteAccount(
  tx: Tx,
  ctx: Context,
  { actor, account: { id, email, username }, retentionDays }: Deletion,
): Promise<DeletedUser> {
  const now = ctx.clock.now();
  const deletedAt = now.toISOString();
  const purgeAt = new Date(now.getTime() + retentionDays * 86_400_000).toISOString();
  await assertNotLastSuperuser(tx, id);
  const { owned, shared } = await lockMemberships(tx, id);
  const live = await listLiveWorkspaces(tx, owned);
  await tx
    .update(users)
    .set({
      deletedAt,
      purgeAt,
      // A suspension is older than the deletion, and returns with the account.
      deactivatedAt: sql`coalesce(${users.deactivatedAt}, ${deletedAt})`,
      isSuperuser: false,
      updatedAt: sql`now()`,
    })
    .where(eq(users.id, id));
  const sessions = await endSessions(tx, ctx, isOwnSession(id));
  const keys = await tx
    .update(apiKeys)
    .set({ revokedAt: deletedAt })
    .where(and(eq(apiKeys.userId, id), isNull(apiKeys.revokedAt)))
    .returning({ secretHash: apiKeys.secretHash });
  await deleteEmailChange(tx, ctx, id);
  await revokeEmailTokens(tx, "resetPassword", id);
  await revokeEmailTokens(tx, "verifyEmail", id);
  const revoked = await revokeInvitations(tx, ctx, [id], deletedAt);
  await moveMemberships(tx, id, { live, shared });
  await recordAudit(tx, ctx, {
    action: "account.deleted",
    actor,
    target: { id, name: email },
    details: { purgeAt },
  });
  // Last, as in every change, the workspaces' rows in a fixed order.
  const trashed = await trashWorkspaces(tx, live, deletedAt);
  const leave: NewEvent = { kind: "member.left", subjectId: id, subjectName: username };
  const left = await insertEventsByWorkspace(
    tx,
    null,
    [...trashed, ...revoked, ...shared.map((workspaceId) => ({ workspaceId, event: leave }))],
    ctx,
  );
  return { userId: id, purgeAt, sessions, keys, left, deletedWorkspaces: live };
}

/** Leaves out the workspaces that the user moved to the trash before. They stay there with their own retention. */
async function listLiveWorkspaces(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const live = await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(inArray(workspaces.id, [...ids]), isNull(workspaces.deletedAt)));
  return live.map(({ id }) => id);
}

async function moveMemberships(
  tx: Tx,
  userId: string,
  { live, shared }: { live: readonly string[]; shared: readonly string[] },
): Promise<void> {
  const isMoved = and(
    eq(workspaceMembers.userId, userId),
    inArray(workspaceMembers.workspaceId, [...live, ...shared]),
  );
  const ended = await tx.delete(workspaceMembers).where(isMoved).returning();
  // The next sign-in grants what the groups of an identity give.
  const moved = ended.filter(({ grantedBy }) => grantedBy === null);
  if (moved.length === 0) return;
  await tx.insert(deletedMemberships).values(
    moved.map(({ workspaceId, role, createdAt }) => ({
      userId,
      workspaceId,
      role,
      joinedAt: createdAt,
      includesWorkspace: live.includes(workspaceId),
    })),
  );
}

/** @returns The events of the workspaces. */
async function trashWorkspaces(tx: Tx, ids: readonly string[], deletedAt: string) {
  const trashed: NewWorkspaceEvent[] = [];
  for (const id of ids.toSorted()) {
    const [workspace] = await tx
      .update(workspaces)
      .set({ deletedAt })
      .where(eq(workspaces.id, id))
      .returning({ name: workspaces.name });
    if (workspace === undefined) continue;
    trashed.push({ workspaceId: id, event: { kind: "workspace.deleted", subjectName: workspace.name } });
  }
  return trashed;
}
