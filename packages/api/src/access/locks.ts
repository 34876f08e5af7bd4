import type { Role } from "@mdreader/contract";
import { type Tx, users, workspaceMembers } from "@mdreader/db";
import { and, asc, eq, inArray, or, sql } from "drizzle-orm";

import { AppError } from "../errors.ts";

/**
 * What changes in a workspace hold still until their commit. All take what they need in one order, so that none waits
 * for another that waits for it: an account, the workspace's turn, memberships by user id, the things themselves, and
 * last the workspace's row, when the events are numbered.
 */

/** A membership that is held. */
export interface LockedMember {
  userId: string;
  role: Role;
  username: string;
}

/**
 * Holds an account still. Whoever gives it a membership does so first: the account may be about to be deleted, and what
 * it owns is counted.
 * @throws AppError SESSION_ENDED when it is gone.
 */
export async function lockAccountShared(
  tx: Tx,
  userId: string,
): Promise<{ username: string; email: string }> {
  const [account] = await tx
    .select({ username: users.username, email: users.email })
    .from(users)
    .where(eq(users.id, userId))
    .for("no key update");
  if (account === undefined) throw new AppError("SESSION_ENDED");
  return account;
}

/** Holds someone's role as it is: who takes it away waits. Others who only need their own role don't. */
export async function lockRoleShared(tx: Tx, workspaceId: string, userId: string): Promise<Role | null> {
  const [member] = await tx
    .select({ role: workspaceMembers.role })
    .from(workspaceMembers)
    .where(and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.userId, userId)))
    .for("share");
  return member?.role ?? null;
}

/**
 * Waits for this workspace's turn. Changes of who is a member take turns, so that each decides on what the one before
 * has left: of two owners who demote each other, the second is no owner any more.
 */
export async function lockMembershipChanges(tx: Tx, workspaceId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${workspaceId}, 0))`);
}

/**
 * Holds memberships for changing them, once what their owners are doing in the workspace is done: those of `userIds`,
 * and those of all owners, by which it is known that one remains. To be called in the workspace's turn.
 * @returns Those that exist.
 */
export function lockMembers(
  tx: Tx,
  workspaceId: string,
  userIds: readonly string[],
): Promise<LockedMember[]> {
  return tx
    .select({
      userId: workspaceMembers.userId,
      role: workspaceMembers.role,
      username: users.username,
    })
    .from(workspaceMembers)
    .innerJoin(users, eq(users.id, workspaceMembers.userId))
    .where(
      and(
        eq(workspaceMembers.workspaceId, workspaceId),
        or(inArray(workspaceMembers.userId, [...userIds]), eq(workspaceMembers.role, "owner")),
      ),
    )
    .orderBy(asc(workspaceMembers.userId))
    .for("update", { of: workspaceMembers });
}

/** Holds the whole workspace still: once it returns, nobody is changing anything there. */
export async function lockWorkspaceExclusive(tx: Tx, workspaceId: string): Promise<void> {
  await lockMembershipChanges(tx, workspaceId);
  await tx
    .select({ userId: workspaceMembers.userId })
    .from(workspaceMembers)
    .where(eq(workspaceMembers.workspaceId, workspaceId))
    .orderBy(asc(workspaceMembers.userId))
    .for("update");
}
