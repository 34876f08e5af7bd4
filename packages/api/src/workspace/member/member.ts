import type { Member, Role } from "@mdreader/contract";
import { type Tx, users, workspaceMembers } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import { AppError } from "../../errors.ts";

/** The columns of a `Member`. */
export const memberColumns = {
  userId: workspaceMembers.userId,
  role: workspaceMembers.role,
  joinedAt: workspaceMembers.createdAt,
  email: users.email,
  username: users.username,
  fullName: users.fullName,
};

interface MemberRow {
  userId: string;
  role: Role;
  joinedAt: string;
  email: string;
  username: string;
  fullName: string | null;
}

export function toMember({ userId, username, fullName, email, role, joinedAt }: MemberRow): Member {
  return { user: { id: userId, username, fullName }, email, role, joinedAt };
}

/** @throws AppError NOT_FOUND for a user who is not a member. */
export async function findMember(tx: Tx, workspaceId: string, userId: string): Promise<Member> {
  const [row] = await tx
    .select(memberColumns)
    .from(workspaceMembers)
    .innerJoin(users, eq(users.id, workspaceMembers.userId))
    .where(and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.userId, userId)));
  if (row === undefined) throw new AppError("NOT_FOUND");
  return toMember(row);
}
