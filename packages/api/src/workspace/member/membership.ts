import type { Role } from "@mdreader/contract";
import { workspaceMembers } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";

import type { MembershipMutation } from "../../access/authorized-transaction.ts";
import type { LockedMember } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { revokeInvitationsBy } from "../invitation/revoke-pending.ts";

/** What the verbs on members have in common. All work on memberships that are held. */

/** The one that a verb is about. @throws AppError NOT_FOUND for who is no member. */
export function requireLockedMember({ members }: MembershipMutation, userId: string): LockedMember {
  const found = members.find((member) => member.userId === userId);
  if (found === undefined) throw new AppError("NOT_FOUND");
  return found;
}

/** @throws AppError LAST_OWNER when the workspace has no owner besides this member. */
export function assertNotLastOwner({ members }: MembershipMutation, { userId }: LockedMember): void {
  if (!members.some((member) => member.role === "owner" && member.userId !== userId)) {
    throw new AppError("LAST_OWNER");
  }
}

/** Gives a member another role. The invitations that they could not make with it stop working. */
export async function setRole(
  ctx: Context,
  change: MembershipMutation,
  { userId }: LockedMember,
  role: Role,
): Promise<void> {
  await change.tx
    .update(workspaceMembers)
    .set({ role, updatedAt: sql`now()` })
    .where(isMembership(change, userId));
  await revokeInvitationsBy(ctx, change, { userId, role });
}

/** Ends a membership, and with it the invitations that the member made. */
export async function removeMembership(
  ctx: Context,
  change: MembershipMutation,
  { userId }: LockedMember,
): Promise<void> {
  await change.tx.delete(workspaceMembers).where(isMembership(change, userId));
  await revokeInvitationsBy(ctx, change, { userId, role: null });
}

const isMembership = ({ workspaceId }: MembershipMutation, userId: string) =>
  and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.userId, userId));
