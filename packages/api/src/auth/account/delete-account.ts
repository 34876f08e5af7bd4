import type { EmptyResult } from "@mdreader/contract";
import { apiKeys, type Tx, users, workspaceMembers, workspaces } from "@mdreader/db";
import { and, asc, eq, inArray, isNull, ne, or } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { publishEvents, insertEvents } from "../../access/events.ts";
import { lockMembershipChanges } from "../../access/locks.ts";
import { publishKeyRevoked, publishMembershipChanged, publishUserChanged } from "../../access/revocation.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { type VerifiedAccount, confirmPassword } from "../password/confirm-password.ts";

/**
 * Deletes the caller's account permanently, with its sessions, keys and memberships, and the workspaces without other
 * members. The user's contributions to other workspaces remain, without their name.
 *
 * @throws AppError PASSWORD_WRONG; SOLE_OWNER_OF_WORKSPACES while a workspace that only the caller owns has other
 *   members; RATE_LIMITED.
 */
export async function deleteAccount(
  ctx: Context,
  access: Access<"account.manage">,
  { password }: { password: string },
): Promise<EmptyResult> {
  const account = await confirmPassword(ctx, access, password);
  const ended = await ctx.database.db.transaction((tx) => deleteUserData(tx, account));
  ctx.request.refreshCookie?.write(null, null);
  publishUserChanged(ctx, account.id);
  for (const { secretHash } of ended.keys) publishKeyRevoked(ctx, secretHash);
  for (const { workspaceId, lastSeq } of ended.memberships) {
    publishMembershipChanged(ctx, workspaceId, account.id);
    if (lastSeq !== null) publishEvents(ctx, workspaceId, lastSeq);
  }
  return { ok: true };
}

/** @returns The sessions, keys and memberships that ended, to notify their connections. */
async function deleteUserData(tx: Tx, account: VerifiedAccount) {
  await lockAccountExclusive(tx, account);
  const { owned, shared } = await lockMemberships(tx, account.id);
  if (owned.length > 0) await deleteUnused(tx, account.id, owned);
  const keys = await tx
    .select({ secretHash: apiKeys.secretHash })
    .from(apiKeys)
    .where(eq(apiKeys.userId, account.id));
  await tx.delete(users).where(eq(users.id, account.id));
  // Last, as in every change: the workspace's row is locked as briefly as possible, and no other lock is acquired after
  // it.
  const memberships = await emitMembersLeft(tx, account, shared);
  return { keys, memberships };
}

/**
 * Locks the account, so that it cannot join a workspace. Transactions that only reference it are not blocked: the
 * account's other pending writes must be able to finish, because the membership locks wait for them.
 */
async function lockAccountExclusive(tx: Tx, { id, passwordHash }: VerifiedAccount): Promise<void> {
  const locked = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, id), eq(users.passwordHash, passwordHash)))
    .for("no key update");
  if (locked.length === 0) throw new AppError("PASSWORD_WRONG");
}

/**
 * Acquires the membership lock of each workspace that the caller is in, and locks the memberships of the caller and the
 * other owners, so that no other owner leaves in the meantime. A fixed order rules out deadlocks between accounts that
 * are deleted at the same time.
 *
 * @returns The workspaces that only the caller owns, and the others.
 */
async function lockMemberships(tx: Tx, userId: string): Promise<{ owned: string[]; shared: string[] }> {
  const memberships = await tx
    .select({ workspaceId: workspaceMembers.workspaceId })
    .from(workspaceMembers)
    .where(eq(workspaceMembers.userId, userId))
    .orderBy(asc(workspaceMembers.workspaceId));
  for (const { workspaceId } of memberships) await lockMembershipChanges(tx, workspaceId);
  const ownedByCaller = tx
    .select({ id: workspaceMembers.workspaceId })
    .from(workspaceMembers)
    .where(and(eq(workspaceMembers.userId, userId), eq(workspaceMembers.role, "owner")));
  const locked = await tx
    .select()
    .from(workspaceMembers)
    .where(
      or(
        eq(workspaceMembers.userId, userId),
        and(eq(workspaceMembers.role, "owner"), inArray(workspaceMembers.workspaceId, ownedByCaller)),
      ),
    )
    .orderBy(asc(workspaceMembers.workspaceId), asc(workspaceMembers.userId))
    .for("update");
  const coOwned = new Set(locked.flatMap((member) => (member.userId === userId ? [] : member.workspaceId)));
  const own = locked.filter((member) => member.userId === userId);
  const isSole = (member: (typeof own)[number]) =>
    member.role === "owner" && !coOwned.has(member.workspaceId);
  return {
    owned: own.filter(isSole).map((member) => member.workspaceId),
    shared: own.filter((member) => !isSole(member)).map((member) => member.workspaceId),
  };
}

/**
 * Deletes workspaces that only the caller owns. Their membership locks are held, so nobody can join. Workspaces in the
 * trash are deleted too, because nobody else could restore them.
 */
async function deleteUnused(tx: Tx, userId: string, owned: string[]): Promise<void> {
  const used = await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .innerJoin(workspaceMembers, eq(workspaceMembers.workspaceId, workspaces.id))
    .where(
      and(inArray(workspaces.id, owned), isNull(workspaces.deletedAt), ne(workspaceMembers.userId, userId)),
    )
    .limit(1);
  if (used.length > 0) throw new AppError("SOLE_OWNER_OF_WORKSPACES");
  await tx.delete(workspaces).where(inArray(workspaces.id, owned));
}

/** Records in the activity of each workspace that the caller has left it. */
async function emitMembersLeft(tx: Tx, { id, username }: VerifiedAccount, workspaceIds: string[]) {
  const left: { workspaceId: string; lastSeq: number | null }[] = [];
  for (const workspaceId of workspaceIds) {
    const event = { kind: "member.left", subjectId: id, subjectName: username } as const;
    left.push({ workspaceId, lastSeq: await insertEvents(tx, workspaceId, null, [event]) });
  }
  return left;
}
