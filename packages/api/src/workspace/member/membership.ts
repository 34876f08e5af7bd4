import type { Role } from "@mdreader/contract";
import { workspaceMembers } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";

import type { MembershipMutation } from "../../access/authorized-transaction.ts";
import type { LockedMember } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { revokeInvitationsAbove } from "../invitation/revoke-pending.ts";

/** Helpers for changes of members. All of them work on locked memberships. */

/**
 * Returns the affected member. The service account of an API key has its role as long as the key.
 * @throws AppError NOT_FOUND for a user who is not a member, and for a service account.
 */
export function requireLockedMember({ members }: MembershipMutation, userId: string): LockedMember {
  const found = members.find((member) => member.userId === userId && !member.isServiceAccount);
  if (found === undefined) throw new AppError("NOT_FOUND");
  return found;
}

/** @throws AppError LAST_OWNER when the workspace has no owner besides this member. */
export function assertNotLastOwner({ members }: MembershipMutation, { userId }: LockedMember): void {
  if (!members.some((member) => member.role === "owner" && member.userId !== userId)) {
    throw new AppError("LAST_OWNER");
  }
}

/**
 * Changes a member's role, and revokes the invitations that the new role could not have created.
 * @param grantedBy The identity whose groups grant the role; null if somebody does, who then decides about the membership.
 */
export async function setRole(
  ctx: Pick<Context, "clock">,
  change: MembershipMutation,
  { userId }: Pick<LockedMember, "userId">,
  role: Role,
  grantedBy: string | null = null,
): Promise<void> {
  await change.tx
    .update(workspaceMembers)
    .set({ role, grantedBy, updatedAt: sql`now()` })
    .where(isMembership(change, userId));
  await revokeInvitationsAbove(ctx, change, { userId, role });
}

/** Ends a membership, and revokes the invitations that the member created. */
export async function removeMembership(
  ctx: Pick<Context, "clock">,
  change: MembershipMutation,
  { userId }: Pick<LockedMember, "userId">,
): Promise<void> {
  await change.tx.delete(workspaceMembers).where(isMembership(change, userId));
  await revokeInvitationsAbove(ctx, change, { userId, role: null });
}

const isMembership = ({ workspaceId }: MembershipMutation, userId: string) =>
  and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.userId, userId));
