import type { Workspace } from "@mdreader/contract";
import { type Executor, type Tx, workspaceInvitations, workspaceMembers, workspaces } from "@mdreader/db";
import { and, eq, isNull, sql } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { lockAccount, lockMembershipChanges } from "../../access/locks.ts";
import { publishMembershipChanged } from "../../access/monitor/access-changes.ts";
import { assertEmailVerifiedIfRequired } from "../../auth/account/registration.ts";
import { hashSecret } from "../../auth/secrets.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { workspaceColumns } from "../columns.ts";
import { withEvents } from "../event-log.ts";
import { isPending } from "./pending.ts";

/**
 * Makes the caller a member of the workspace of an invitation. An invitation to an address is for the account with that
 * address, verified or not: the token was received either by email or from a member who may invite. For the same
 * reason, accepting does not verify the address. Where domains of addresses are limited, it must be verified before.
 *
 * @throws AppError INVITATION_INVALID; INVITATION_FOR_OTHER; ALREADY_MEMBER; EMAIL_NOT_VERIFIED, without consuming it.
 */
export async function acceptInvitation(
  ctx: Context,
  { caller: { userId } }: Access<"account.acceptInvitation">,
  { token }: { token: string },
): Promise<Workspace> {
  const tokenHash = hashSecret(token);
  const workspaceId = await findWorkspaceId(ctx.database.db, tokenHash);
  const joined = await withEvents(ctx, { workspaceId, actorId: userId }, async (tx, emit) => {
    const account = await lockAccount(tx, userId);
    await assertEmailVerifiedIfRequired(tx, ctx, account);
    await lockMembershipChanges(tx, workspaceId);
    const workspace = await findWorkspace(tx, workspaceId);
    const { id, role, email } = await lockInvitation(ctx, tx, tokenHash);
    if (email !== null && email.toLowerCase() !== account.email.toLowerCase()) {
      throw new AppError("INVITATION_FOR_OTHER");
    }
    await addMembership(tx, { workspaceId, userId, role });
    await tx
      .update(workspaceInvitations)
      .set({ uses: sql`${workspaceInvitations.uses} + 1` })
      .where(eq(workspaceInvitations.id, id));
    emit({ kind: "member.joined", subjectId: userId, subjectName: account.username, data: { role } });
    return { ...workspace, role };
  });
  publishMembershipChanged(ctx, workspaceId, userId);
  return joined;
}

/** Finds the workspace first, because the lock order starts with the workspace's membership lock. */
async function findWorkspaceId(db: Executor, tokenHash: Uint8Array): Promise<string> {
  const [found] = await db
    .select({ workspaceId: workspaceInvitations.workspaceId })
    .from(workspaceInvitations)
    .where(eq(workspaceInvitations.tokenHash, tokenHash));
  if (found === undefined) throw new AppError("INVITATION_INVALID");
  return found.workspaceId;
}

/** Reads the workspace, which cannot be deleted while the membership lock is held. */
async function findWorkspace(tx: Tx, workspaceId: string): Promise<Omit<Workspace, "role">> {
  const [found] = await tx
    .select(workspaceColumns)
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.deletedAt)));
  if (found === undefined) throw new AppError("INVITATION_INVALID");
  return found;
}

/** Locks the invitation, so that concurrent uses count correctly. */
async function lockInvitation(ctx: Context, tx: Tx, tokenHash: Uint8Array) {
  const [found] = await tx
    .select({
      id: workspaceInvitations.id,
      role: workspaceInvitations.role,
      email: workspaceInvitations.email,
    })
    .from(workspaceInvitations)
    .where(and(eq(workspaceInvitations.tokenHash, tokenHash), isPending(ctx)))
    .for("update");
  if (found === undefined) throw new AppError("INVITATION_INVALID");
  return found;
}

async function addMembership(tx: Tx, membership: typeof workspaceMembers.$inferInsert): Promise<void> {
  const joined = await tx
    .insert(workspaceMembers)
    .values(membership)
    .onConflictDoNothing()
    .returning({ userId: workspaceMembers.userId });
  if (joined.length === 0) throw new AppError("ALREADY_MEMBER");
}
