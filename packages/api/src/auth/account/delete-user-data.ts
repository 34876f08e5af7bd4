import { apiKeys, type Tx, users, workspaceMembers, workspaces } from "@mdreader/db";
import { and, asc, eq, inArray, isNull, ne, or } from "drizzle-orm";

import { insertEvents, publishEvents } from "../../access/events.ts";
import type { Caller } from "../../access/identity.ts";
import { lockMembershipChanges } from "../../access/locks.ts";
import { publishKeyRevoked, publishMembershipChanged, publishUserChanged } from "../../access/revocation.ts";
import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { type AuditSource, recordAudit } from "../admin/audit/record.ts";
import { assertNotLastSuperuser } from "../admin/superusers.ts";
import { deleteServiceAccounts, isPersonal, listServiceAccounts } from "./service-accounts.ts";

/** An account to delete. */
interface Account {
  id: string;
  email: string;
  username: string;
}

/** The keys and memberships that ended with an account, to notify their connections. */
interface DeletedUser {
  userId: string;
  keys: { secretHash: Uint8Array }[];
  memberships: { workspaceId: string; lastSeq: number | null }[];
}

/**
 * Deletes an account with its sessions, keys and memberships, and the workspaces without other members. The user's
 * contributions to other workspaces remain, without their name, and so do entries of the audit log. The lock of
 * superusers and the account's row must be locked.
 *
 * @throws AppError SOLE_OWNER_OF_WORKSPACES while a workspace that only the user owns has other members;
 *   LAST_SUPERUSER.
 */
export async function deleteUserData(
  tx: Tx,
  source: AuditSource,
  actor: Caller,
  account: Account,
): Promise<DeletedUser> {
  await assertNotLastSuperuser(tx, account.id);
  const { owned, shared } = await lockMemberships(tx, account.id);
  if (owned.length > 0) await deleteUnused(tx, account.id, owned);
  const keys = await tx
    .select({ secretHash: apiKeys.secretHash })
    .from(apiKeys)
    .where(eq(apiKeys.userId, account.id));
  await recordAudit(tx, source, {
    action: "account.deleted",
    actor,
    target: { id: account.id, name: account.email },
  });
  await tx.delete(users).where(eq(users.id, account.id));
  // Last, as in every change: the workspace's row is locked as briefly as possible, and no other lock is acquired after
  // it.
  const memberships = await emitMembersLeft(tx, account, shared, source);
  return { userId: account.id, keys, memberships };
}

/** Notifies open connections. Must be called after the commit. */
export function publishUserDeleted(
  services: Pick<Ports, "bus">,
  { userId, keys, memberships }: DeletedUser,
): void {
  publishUserChanged(services, userId);
  for (const { secretHash } of keys) publishKeyRevoked(services, secretHash);
  for (const { workspaceId, lastSeq } of memberships) {
    publishMembershipChanged(services, workspaceId, userId);
    if (lastSeq !== null) publishEvents(services, workspaceId, lastSeq);
  }
}

/**
 * Acquires the membership lock of each workspace that the user is in, and locks the memberships of the user and the
 * other owners, so that no other owner leaves in the meantime. A fixed order rules out deadlocks between accounts that
 * are deleted at the same time.
 *
 * @returns The workspaces that only the user owns, and the others.
 */
async function lockMemberships(tx: Tx, userId: string): Promise<{ owned: string[]; shared: string[] }> {
  const memberships = await tx
    .select({ workspaceId: workspaceMembers.workspaceId })
    .from(workspaceMembers)
    .where(eq(workspaceMembers.userId, userId))
    .orderBy(asc(workspaceMembers.workspaceId));
  for (const { workspaceId } of memberships) await lockMembershipChanges(tx, workspaceId);
  const ownedByUser = tx
    .select({ id: workspaceMembers.workspaceId })
    .from(workspaceMembers)
    .where(and(eq(workspaceMembers.userId, userId), eq(workspaceMembers.role, "owner")));
  const locked = await tx
    .select()
    .from(workspaceMembers)
    .where(
      or(
        eq(workspaceMembers.userId, userId),
        and(eq(workspaceMembers.role, "owner"), inArray(workspaceMembers.workspaceId, ownedByUser)),
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
 * Deletes workspaces that only the user owns. Their membership locks are held, so nobody can join. Workspaces in the
 * trash are deleted too, because nobody else could restore them.
 */
async function deleteUnused(tx: Tx, userId: string, owned: string[]): Promise<void> {
  const used = await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .innerJoin(workspaceMembers, eq(workspaceMembers.workspaceId, workspaces.id))
    .innerJoin(users, eq(users.id, workspaceMembers.userId))
    .where(
      and(
        inArray(workspaces.id, owned),
        isNull(workspaces.deletedAt),
        ne(workspaceMembers.userId, userId),
        isPersonal,
      ),
    )
    .limit(1);
  if (used.length > 0) throw new AppError("SOLE_OWNER_OF_WORKSPACES");
  const accounts = await listServiceAccounts(tx, owned);
  await tx.delete(workspaces).where(inArray(workspaces.id, owned));
  await deleteServiceAccounts(tx, accounts);
}

/** Records in the activity of each workspace that the user has left it. */
async function emitMembersLeft(
  tx: Tx,
  { id, username }: Account,
  workspaceIds: string[],
  source: AuditSource,
) {
  const left: { workspaceId: string; lastSeq: number | null }[] = [];
  for (const workspaceId of workspaceIds) {
    const event = { kind: "member.left", subjectId: id, subjectName: username } as const;
    left.push({
      workspaceId,
      lastSeq: await insertEvents(tx, workspaceId, null, [event], undefined, source),
    });
  }
  return left;
}
