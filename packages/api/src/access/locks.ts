import type { Role } from "@mdreader/contract";
import { advisoryLockSeeds, apiKeys, authSessions, type Tx, users, workspaceMembers } from "@mdreader/db";
import { and, asc, eq, inArray, isNull, or, sql } from "drizzle-orm";

import { AppError } from "../errors.ts";
import type { Caller } from "./identity.ts";

/**
 * Locks that changes in a workspace hold until their commit. All transactions acquire them in one order, which rules
 * out deadlocks: the account, the workspace's membership lock, memberships by user id, the resources, and last the
 * workspace's row, when the events are numbered.
 */

/** A locked account. */
export interface LockedAccount {
  username: string;
  email: string;
  emailVerified: boolean;
  isSuperuser: boolean;
}

/** A locked membership. */
export interface LockedMember {
  userId: string;
  role: Role;
  username: string;
  isServiceAccount: boolean;
}

/**
 * Locks an account against deletion. A transaction that adds a membership must do this first, because deleting an
 * account counts the workspaces that it owns.
 * @throws AppError SESSION_ENDED when the account is deleted or suspended.
 */
export async function lockAccount(tx: Tx, userId: string): Promise<LockedAccount> {
  const [account] = await tx
    .select({
      username: users.username,
      email: users.email,
      emailVerified: users.emailVerified,
      isSuperuser: users.isSuperuser,
    })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.deactivatedAt)))
    .for("no key update");
  if (account === undefined) throw new AppError("SESSION_ENDED");
  return account;
}

/**
 * Locks the caller's account, and checks their session or key again. Everything that gives access to the account is
 * created, changed and removed under this lock, and so a password reset revokes all of it: no session that the reset has
 * ended creates more afterwards.
 * @throws AppError SESSION_ENDED
 */
export async function lockCaller(tx: Tx, caller: Caller): Promise<LockedAccount> {
  const account = await lockAccount(tx, caller.userId);
  await recheckCredential(tx, caller);
  return account;
}

/**
 * Ensures that the caller's session or key is still valid, once their account is locked. It is a separate statement,
 * because the one that waits for the lock sees sessions and keys as they were before it waited.
 * @throws AppError SESSION_ENDED
 */
export async function recheckCredential(tx: Tx, { sessionId, keyId }: Caller): Promise<void> {
  const found =
    keyId === null
      ? await tx
          .select({ id: authSessions.id })
          .from(authSessions)
          .where(and(eq(authSessions.id, sql`${sessionId}`), isNull(authSessions.revokedAt)))
      : await tx
          .select({ id: apiKeys.id })
          .from(apiKeys)
          .where(and(eq(apiKeys.id, keyId), isNull(apiKeys.revokedAt)));
  if (found.length === 0) throw new AppError("SESSION_ENDED");
}

/**
 * Locks a member's account and role: a suspension and changes of the role wait. Transactions that only need their own
 * role are not blocked.
 * @returns Null if the user has no role, or the account is suspended.
 */
export async function lockRoleShared(tx: Tx, workspaceId: string, userId: string): Promise<Role | null> {
  const [member] = await tx
    .select({ role: workspaceMembers.role })
    .from(users)
    .innerJoin(
      workspaceMembers,
      and(eq(workspaceMembers.userId, users.id), eq(workspaceMembers.workspaceId, workspaceId)),
    )
    .where(and(eq(users.id, userId), isNull(users.deactivatedAt)))
    .for("share");
  return member?.role ?? null;
}

/**
 * Locks an account until the commit: a suspension waits. It comes before the locks of a workspace.
 * @throws AppError SESSION_ENDED when the account is deleted or suspended.
 */
export async function lockActiveAccountShared(tx: Tx, userId: string): Promise<void> {
  if (!(await lockAccountSharedIfActive(tx, userId))) throw new AppError("SESSION_ENDED");
}

/**
 * Locks an account until the commit, unless it is deleted or suspended. Such locks don't wait for each other.
 * @returns Whether it is active.
 */
export async function lockAccountSharedIfActive(tx: Tx, userId: string): Promise<boolean> {
  const found = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.deactivatedAt)))
    .for("share");
  return found.length > 0;
}

/**
 * Acquires the workspace's membership lock. Changes of members are serialized, so that each one sees the result of the
 * previous: when two owners demote each other, the second is no longer an owner.
 */
export async function lockMembershipChanges(tx: Tx, workspaceId: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${workspaceId}, ${advisoryLockSeeds.members}))`,
  );
}

/**
 * Locks memberships for a change, once pending writes of their users have finished: those of `userIds`, and those of
 * all owners, to ensure that one remains. Must be called under the workspace's membership lock.
 * @returns The memberships that exist.
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
      isServiceAccount: users.isServiceAccount,
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

/** Locks the whole workspace: once it returns, no other transaction is changing anything in it. */
export async function lockWorkspaceExclusive(tx: Tx, workspaceId: string): Promise<void> {
  await lockMembershipChanges(tx, workspaceId);
  await tx
    .select({ userId: workspaceMembers.userId })
    .from(workspaceMembers)
    .where(eq(workspaceMembers.workspaceId, workspaceId))
    .orderBy(asc(workspaceMembers.userId))
    .for("update");
}
