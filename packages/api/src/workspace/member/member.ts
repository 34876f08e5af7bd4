import type { Member, MemberSecondFactor, Role } from "@mdreader/contract";
import { authIdentities, passkeys, secondFactors, type Tx, users, workspaceMembers } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";

import { AppError } from "../../errors.ts";

/** The columns of a `Member`. */
export const memberColumns = {
  userId: workspaceMembers.userId,
  role: workspaceMembers.role,
  joinedAt: workspaceMembers.createdAt,
  email: users.email,
  username: users.username,
  fullName: users.fullName,
  secondFactor: sql<MemberSecondFactor>`case
    when exists (select from ${secondFactors} where ${secondFactors.userId} = ${users.id})
      or exists (select from ${passkeys} where ${passkeys.userId} = ${users.id}) then 'enabled'
    when exists (select from ${authIdentities} where ${authIdentities.userId} = ${users.id}) then 'provider'
    else 'none' end`.as("second_factor"),
};

interface MemberRow {
  userId: string;
  role: Role;
  joinedAt: string;
  email: string;
  username: string;
  fullName: string | null;
  secondFactor: MemberSecondFactor;
}

/** @param viewer `canManage` says whether the caller manages members, and may see who has a second factor. */
export function toMember(
  { userId, username, fullName, email, role, secondFactor, joinedAt }: MemberRow,
  { canManage }: { canManage: boolean },
): Member {
  const user = { id: userId, username, fullName };
  return { user, email, role, secondFactor: canManage ? secondFactor : null, joinedAt };
}

/** Finds a member for a caller who manages members. @throws AppError NOT_FOUND for a user who is not a member. */
export async function findMember(tx: Tx, workspaceId: string, userId: string): Promise<Member> {
  const [row] = await tx
    .select(memberColumns)
    .from(workspaceMembers)
    .innerJoin(users, eq(users.id, workspaceMembers.userId))
    .where(and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.userId, userId)));
  if (row === undefined) throw new AppError("NOT_FOUND");
  return toMember(row, { canManage: true });
}
