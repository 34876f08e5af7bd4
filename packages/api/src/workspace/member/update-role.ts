import type { Member, Role } from "@mdreader/contract";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import { mutateMembers, type MembershipMutation } from "../../access/authorized-transaction.ts";
import type { Caller } from "../../access/identity.ts";
import type { LockedMember } from "../../access/locks.ts";
import { publishMembershipChanged } from "../../access/monitor/access-changes.ts";
import type { Context } from "../../context.ts";
import { assertCanManageRole, assertRoleIncludes } from "./manage-role.ts";
import { findMember } from "./member.ts";
import { assertNotLastOwner, requireLockedMember, setRole } from "./membership.ts";

/**
 * Changes a member's role. Owners may grant any role to anyone, and admins may grant roles below their own to members
 * below them. All members may lower their own role, as long as an owner remains.
 *
 * @throws AppError NOT_FOUND for a user who is not a member; ROLE_TOO_LOW; LAST_OWNER.
 */
export async function updateMemberRole(
  ctx: Context,
  access: WorkspaceAccess<"member.updateRole">,
  { userId, role }: { userId: string; role: Role },
): Promise<Member> {
  const { workspaceId, caller } = access;
  const updated = await mutateMembers(
    ctx,
    "member.updateRole",
    access,
    { affectedUserIds: [userId] },
    async (change) => {
      const member = requireLockedMember(change, userId);
      assertMayGrantRole(change, member, role, caller);
      if (member.role !== role) await changeRole(ctx, change, member, role);
      return findMember(change.tx, workspaceId, userId);
    },
  );
  publishMembershipChanged(ctx, workspaceId, userId);
  return updated;
}

function assertMayGrantRole(
  { role: callerRole }: MembershipMutation,
  member: LockedMember,
  role: Role,
  caller: Caller,
): void {
  if (member.userId === caller.userId) return assertRoleIncludes(callerRole, role);
  assertCanManageRole(callerRole, member.role);
  assertCanManageRole(callerRole, role);
}

async function changeRole(ctx: Context, change: MembershipMutation, member: LockedMember, role: Role) {
  if (member.role === "owner") assertNotLastOwner(change, member);
  await setRole(ctx, change, member, role);
  change.emit({
    kind: "member.roleChanged",
    subjectId: member.userId,
    subjectName: member.username,
    data: { from: member.role, to: role },
  });
}
