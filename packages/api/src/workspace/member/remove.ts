import type { EmptyResult } from "@mdreader/contract";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import { mutateMembers } from "../../access/authorized-transaction.ts";
import { publishMembershipChanged } from "../../access/monitor/access-changes.ts";
import type { Context } from "../../context.ts";
import { assertCanManageRole } from "./manage-role.ts";
import { assertNotLastOwner, removeMembership, requireLockedMember } from "./membership.ts";

/**
 * Removes a member. Owners may remove anyone, admins members below their own role. Removing oneself means leaving the
 * workspace.
 *
 * @throws AppError NOT_FOUND for a user who is not a member; ROLE_TOO_LOW; LAST_OWNER.
 */
export function removeMember(
  ctx: Context,
  access: WorkspaceAccess<"member.remove">,
  { userId }: { userId: string },
): Promise<EmptyResult> {
  return removeFromWorkspace(ctx, "member.remove", access, userId);
}

/** Ends a membership, of the caller or of somebody else. @throws AppError as `removeMember`. */
export async function removeFromWorkspace<A extends "member.remove" | "workspace.leave">(
  ctx: Context,
  action: A,
  access: WorkspaceAccess<A>,
  userId: string,
): Promise<EmptyResult> {
  const { workspaceId, caller } = access;
  const isLeaving = userId === caller.userId;
  await mutateMembers(ctx, action, access, { affectedUserIds: [userId] }, async (change) => {
    const member = requireLockedMember(change, userId);
    if (!isLeaving) assertCanManageRole(change.role, member.role);
    if (member.role === "owner") assertNotLastOwner(change, member);
    await removeMembership(ctx, change, member);
    change.emit({
      kind: isLeaving ? "member.left" : "member.removed",
      subjectId: userId,
      subjectName: member.username,
      data: { role: member.role },
    });
  });
  publishMembershipChanged(ctx, workspaceId, userId);
  return { ok: true };
}
