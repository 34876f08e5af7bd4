import type { EmptyResult } from "@mdreader/contract";
import { apiKeys, type Tx, users, workspaceMembers, workspaces } from "@mdreader/db";
import { and, asc, eq, inArray, isNull, ne, or } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { publishEvents, insertEvents } from "../../access/events.ts";
import { lockMembershipChanges } from "../../access/locks.ts";
import { publishKeyRevoked, publishMembershipChanged, publishUserChanged } from "../../access/revocation.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { type VerifiedAccount, confirmPassword } from "../password/change-password.ts";

/**
 * Deletes the caller's account for good: the person, their sessions, keys and memberships, and the workspaces that
 * nobody else uses. What they wrote in others' workspaces stays, without their name.
 *
 * @throws AppError PASSWORD_WRONG; SOLE_OWNER_OF_WORKSPACES while others use a workspace that only the caller owns;
 *   RATE_LIMITED.
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

/** @returns What ended with the account, for those to be told who may be using it. */
async function deleteUserData(tx: Tx, account: VerifiedAccount) {
  await lockAccountExclusive(tx, account);
  const { owned, shared } = await lockMemberships(tx, account.id);
  if (owned.length > 0) await deleteUnused(tx, account.id, owned);
  const keys = await tx
    .select({ secretHash: apiKeys.secretHash })
    .from(apiKeys)
    .where(eq(apiKeys.userId, account.id));
  await tx.delete(users).where(eq(users.id, account.id));
  // Last, as in every change: a workspace's row is held for as short as can be, and nothing is waited for with it.
  const memberships = await emitMembersLeft(tx, account, shared);
  return { keys, memberships };
}

/**
 * Holds the account still: from here on it joins nothing. Not against those who only refer to it: what its other windows
 * are writing is waited for by the memberships, and must be able to finish.
 */
async function lockAccountExclusive(tx: Tx, { id, passwordHash }: VerifiedAccount): Promise<void> {
  const held = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, id), eq(users.passwordHash, passwordHash)))
    .for("no key update");
  if (held.length === 0) throw new AppError("PASSWORD_WRONG");
}

/**
 * Takes the turn of each workspace that the caller is in, and holds their memberships and those of their fellow owners
 * still, so that nobody leaves a workspace to the caller meanwhile. In one order, so that two who go at the same time
 * wait for each other but once.
 *
 * @returns The workspaces that the caller alone owns, and the others.
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
  const held = await tx
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
  const coOwned = new Set(held.flatMap((member) => (member.userId === userId ? [] : member.workspaceId)));
  const own = held.filter((member) => member.userId === userId);
  const isSole = (member: (typeof own)[number]) =>
    member.role === "owner" && !coOwned.has(member.workspaceId);
  return {
    owned: own.filter(isSole).map((member) => member.workspaceId),
    shared: own.filter((member) => !isSole(member)).map((member) => member.workspaceId),
  };
}

/**
 * Deletes workspaces that the caller alone owns, and in whose turn it is, so that nobody joins. Those in the trash go
 * too: nobody else could restore them.
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

/** Writes into the activity of each workspace that the caller has left it. */
async function emitMembersLeft(tx: Tx, { id, username }: VerifiedAccount, workspaceIds: string[]) {
  const left: { workspaceId: string; lastSeq: number | null }[] = [];
  for (const workspaceId of workspaceIds) {
    const event = { kind: "member.left", subjectId: id, subjectName: username } as const;
    left.push({ workspaceId, lastSeq: await insertEvents(tx, workspaceId, null, [event]) });
  }
  return left;
}
