import type { EmptyResult } from "@mdreader/contract";
import { type Tx, users, workspaceMembers, workspaces } from "@mdreader/db";
import { and, asc, eq, isNull } from "drizzle-orm";

import type { Access } from "../../../access/authorize.ts";
import { lockAccount, lockMembershipChanges } from "../../../access/locks.ts";
import { publishMembershipChanged } from "../../../access/monitor/access-changes.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { withEvents } from "../../../workspace/event-log.ts";
import { isPersonal } from "../../account/service-accounts.ts";
import { recordAudit } from "../audit/record.ts";
import { lockCallerAsSuperuser } from "../mutate-instance.ts";

/**
 * Makes a user the owner of a workspace that has no active owner. The workspace's activity and the audit log
 * record it, because it is the only way in which a superuser gets access to documents.
 *
 * @throws AppError WORKSPACE_HAS_OWNER; NOT_FOUND for an unknown or deleted workspace; SESSION_ENDED for an unknown or
 *   suspended user, or an account of an API key.
 */
export async function adoptWorkspace(
  ctx: Context,
  { caller }: Access<"instance.adoptWorkspace">,
  { id: workspaceId, userId = caller.userId }: { id: string; userId?: string | undefined },
): Promise<EmptyResult> {
  const source = { workspaceId, actorId: caller.userId };
  await withEvents(ctx, source, async (tx, emit) => {
    await lockCallerAsSuperuser(tx, caller);
    await lockOwnerAccounts(tx, workspaceId);
    const { username } = await lockAccount(tx, userId);
    if ((await tx.$count(users, and(eq(users.id, userId), isPersonal))) === 0)
      throw new AppError("SESSION_ENDED");
    await lockMembershipChanges(tx, workspaceId);
    await assertWorkspace(tx, workspaceId);
    if (await hasActiveOwner(tx, workspaceId)) throw new AppError("WORKSPACE_HAS_OWNER");
    await tx
      .insert(workspaceMembers)
      .values({ workspaceId, userId, role: "owner" })
      .onConflictDoUpdate({
        target: [workspaceMembers.workspaceId, workspaceMembers.userId],
        set: { role: "owner", grantedBy: null },
      });
    await recordAudit(tx, ctx, {
      action: "workspace.adopted",
      actor: caller,
      target: { id: userId, name: username },
      workspaceId,
    });
    emit({ kind: "member.joined", subjectId: userId, subjectName: username, data: { role: "owner" } });
  });
  publishMembershipChanged(ctx, workspaceId, userId);
  return { ok: true };
}

const isOwnership = (workspaceId: string) =>
  and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.role, "owner"));

/** Locks the owners' accounts, so that none is reactivated in the meantime. Accounts come before the membership lock. */
async function lockOwnerAccounts(tx: Tx, workspaceId: string): Promise<void> {
  await tx
    .select({ id: users.id })
    .from(users)
    .innerJoin(workspaceMembers, eq(workspaceMembers.userId, users.id))
    .where(isOwnership(workspaceId))
    .orderBy(asc(users.id))
    .for("share", { of: users });
}

/** @throws AppError NOT_FOUND */
async function assertWorkspace(tx: Tx, workspaceId: string): Promise<void> {
  const found = await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.deletedAt)));
  if (found.length === 0) throw new AppError("NOT_FOUND");
}

async function hasActiveOwner(tx: Tx, workspaceId: string): Promise<boolean> {
  const found = await tx
    .select({ id: users.id })
    .from(users)
    .innerJoin(workspaceMembers, eq(workspaceMembers.userId, users.id))
    .where(and(isOwnership(workspaceId), isNull(users.deactivatedAt)))
    .limit(1);
  return found.length > 0;
}
