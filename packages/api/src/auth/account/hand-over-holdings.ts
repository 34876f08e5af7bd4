import type { HandedOver, HandOverInput } from "@mdreader/contract";
import { apiKeys, documents, shareLinks, type Tx, users, workspaceMembers, workspaces } from "@mdreader/db";
import { and, asc, eq, inArray, isNull, ne } from "drizzle-orm";

import type { Caller } from "../../access/identity.ts";
import { lockMembershipChanges, lockMembers } from "../../access/locks.ts";
import { publishKeyRevoked, publishMembershipChanged } from "../../access/monitor/access-changes.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import {
  insertEventsByWorkspace,
  type NewEvent,
  type NewWorkspaceEvent,
  publishEvents,
  type WrittenEvents,
} from "../../workspace/event-log.ts";
import { setRole } from "../../workspace/member/membership.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { selectSolelyOwned } from "./holdings.ts";
import { lockKeyAccounts, revokeInvitations, revokeShares } from "./revoke-granted.ts";
import { isPersonal } from "./service-accounts.ts";

interface HandOver {
  actor: Caller;
  /** The account that hands over. */
  userId: string;
  input: HandOverInput;
}

/** An account that hands over or receives, locked until the commit. */
interface LockedHolder {
  id: string;
  email: string;
  deactivatedAt: string | null;
}

/** The changes of a handover, to notify connections. */
interface HandOverResult {
  counts: HandedOver;
  keys: { secretHash: Uint8Array }[];
  members: { workspaceId: string; userId: string }[];
  changed: WrittenEvents[];
}

/**
 * Hands over the sole ownerships and public links of an account, and revokes its keys and invitations, as the input
 * says: all of it, or nothing.
 * @param check Checks the account once it is locked.
 * @throws AppError NOT_FOUND without such an account; NOT_SOLE_OWNER; RECIPIENT_INVALID; RECIPIENT_MISSING.
 */
export async function handOverHoldings(
  tx: Tx,
  ctx: Context,
  { actor, userId, input }: HandOver,
  check: (account: LockedHolder) => Promise<void>,
): Promise<HandOverResult> {
  const owners = new Map(input.owners.map((owner) => [owner.workspaceId, owner.userId]));
  if (owners.size < input.owners.length) {
    throw new AppError("BAD_INPUT", { fieldErrors: { owners: ["must name each workspace once"] } });
  }
  if ((await tx.$count(users, and(eq(users.id, userId), isPersonal))) === 0) throw new AppError("NOT_FOUND");
  await assertOwnersPossible(tx, userId, owners);
  const linkRecipients =
    input.shares === "handOver" ? await findLinkRecipients(tx, userId, owners) : new Map<string, null>();
  // Accounts before workspaces, each in a fixed order, as in every change.
  const recipientIds = [...owners.values(), ...linkRecipients.values()].filter((id) => id !== null);
  const accounts = await lockAccounts(tx, [userId, ...recipientIds]);
  const account = accounts.get(userId);
  if (account === undefined) throw new AppError("NOT_FOUND");
  await check(account);
  for (const recipientId of recipientIds) {
    const recipient = accounts.get(recipientId);
    if (recipientId === userId || recipient === undefined || recipient.deactivatedAt !== null)
      throw new AppError("RECIPIENT_INVALID");
  }
  const workspaceKeys = input.revokeWorkspaceKeys ? await revokeWorkspaceKeys(tx, ctx, userId) : [];
  const events: NewWorkspaceEvent[] = [];
  for (const [workspaceId, recipientId] of [...owners].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const emit = (event: NewEvent) => void events.push({ workspaceId, event });
    await replaceOwner(tx, ctx, { workspaceId, userId, recipientId, emit });
  }
  const shares = await handOverShares(tx, { userId, mode: input.shares, linkRecipients });
  const keys = [...workspaceKeys, ...(input.revokeKeys ? await revokeKeys(tx, ctx, userId) : [])];
  const inviters = [
    ...workspaceKeys.map(({ accountId }) => accountId),
    ...(input.revokeInvitations ? [userId] : []),
  ];
  const invitations = await revokeInvitations(tx, ctx, inviters, ctx.clock.now().toISOString());
  const counts = {
    ownerships: owners.size,
    shares: shares.count,
    keys: keys.length,
    invitations: invitations.length,
  };
  await recordAudit(tx, ctx, {
    action: "account.handedOver",
    actor,
    target: { id: userId, name: account.email },
    details: { ...counts, sharesWere: input.shares },
  });
  const changed = await insertEventsByWorkspace(
    tx,
    actor.userId,
    [...events, ...shares.events, ...invitations],
    ctx,
  );
  const members = [...owners].flatMap(([workspaceId, recipientId]) => [
    { workspaceId, userId },
    { workspaceId, userId: recipientId },
  ]);
  return { counts, keys, members, changed };
}

/** Notifies open connections. Must be called after the commit. */
export function publishHandOver(
  services: Pick<Ports, "bus">,
  { keys, members, changed }: HandOverResult,
): void {
  for (const { secretHash } of keys) publishKeyRevoked(services, secretHash);
  for (const { workspaceId, userId } of members) publishMembershipChanged(services, workspaceId, userId);
  for (const { workspaceId, lastSeq } of changed) {
    if (lastSeq !== null) publishEvents(services, workspaceId, lastSeq);
  }
}

/**
 * Ensures that the workspaces have no other owner, and that the new owners are members, before the accounts of people are
 * locked that the caller may not even know. Both are checked again under the locks.
 * @throws AppError NOT_SOLE_OWNER; RECIPIENT_INVALID.
 */
async function assertOwnersPossible(
  tx: Tx,
  userId: string,
  owners: ReadonlyMap<string, string>,
): Promise<void> {
  const workspaceIds = [...owners.keys()];
  const owned = selectSolelyOwned(tx, userId).as("owned");
  const found = await tx.select({ id: owned.id }).from(owned).where(inArray(owned.id, workspaceIds));
  if (found.length < owners.size) throw new AppError("NOT_SOLE_OWNER");
  const members = await tx
    .select({ workspaceId: workspaceMembers.workspaceId, userId: workspaceMembers.userId })
    .from(workspaceMembers)
    .where(
      and(
        inArray(workspaceMembers.workspaceId, workspaceIds),
        inArray(workspaceMembers.userId, [...owners.values()]),
      ),
    );
  const isMember = (workspaceId: string, memberId: string) =>
    members.some((member) => member.workspaceId === workspaceId && member.userId === memberId);
  for (const [workspaceId, recipientId] of owners) {
    if (!isMember(workspaceId, recipientId)) throw new AppError("RECIPIENT_INVALID");
  }
}

/** Locks people's accounts until the commit. None of them is deleted, suspended or reactivated in the meantime. */
async function lockAccounts(tx: Tx, ids: readonly string[]): Promise<Map<string, LockedHolder>> {
  const locked = await tx
    .select({ id: users.id, email: users.email, deactivatedAt: users.deactivatedAt })
    .from(users)
    .where(and(inArray(users.id, [...new Set(ids)]), isPersonal))
    .orderBy(asc(users.id))
    .for("no key update");
  return new Map(locked.map((account) => [account.id, account]));
}

/** Revokes the API keys that act as an account. Workspace API keys that it created stay. */
function revokeKeys(
  tx: Tx,
  { clock }: Pick<Ports, "clock">,
  userId: string,
): Promise<{ secretHash: Uint8Array }[]> {
  return tx
    .update(apiKeys)
    .set({ revokedAt: clock.now().toISOString() })
    .where(and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)))
    .returning({ secretHash: apiKeys.secretHash });
}

/**
 * Revokes the workspace API keys that an account created. The accounts that they act as remain, so that what they wrote keeps
 * its name.
 */
async function revokeWorkspaceKeys(tx: Tx, { clock }: Pick<Ports, "clock">, userId: string) {
  const keys = await tx
    .update(apiKeys)
    .set({ revokedAt: clock.now().toISOString() })
    .where(and(eq(apiKeys.createdBy, userId), isNull(apiKeys.revokedAt)))
    .returning({ secretHash: apiKeys.secretHash, accountId: apiKeys.userId });
  await lockKeyAccounts(tx, keys);
  return keys;
}

interface OwnerReplacement {
  workspaceId: string;
  userId: string;
  recipientId: string;
  emit(event: NewEvent): void;
}

/**
 * Makes a member the owner of a workspace in place of its only active one.
 * @throws AppError NOT_SOLE_OWNER; RECIPIENT_INVALID.
 */
async function replaceOwner(
  tx: Tx,
  ctx: Context,
  { workspaceId, userId, recipientId, emit }: OwnerReplacement,
): Promise<void> {
  await lockMembershipChanges(tx, workspaceId);
  const members = await lockMembers(tx, workspaceId, [userId, recipientId]);
  const membership = members.find((member) => member.userId === userId);
  const owned = selectSolelyOwned(tx, userId).as("owned");
  const found = await tx.select().from(owned).where(eq(owned.id, workspaceId));
  if (membership === undefined || found.length === 0) throw new AppError("NOT_SOLE_OWNER");
  const recipient = members.find((member) => member.userId === recipientId);
  if (recipient === undefined) throw new AppError("RECIPIENT_INVALID");
  const change = { tx, workspaceId, role: membership.role, emit, members };
  await setRole(ctx, change, recipient, "owner");
  await setRole(ctx, change, membership, "admin");
  emit({ kind: "workspace.transferred", subjectId: recipientId, subjectName: recipient.username });
}

/**
 * Finds the recipients of the public links of an account by workspace: the new owner, or else the first active
 * one. A workspace in the trash may have none: its links, which a restore would reopen, are revoked.
 * @throws AppError RECIPIENT_MISSING
 */
async function findLinkRecipients(
  tx: Tx,
  userId: string,
  owners: ReadonlyMap<string, string>,
): Promise<Map<string, string | null>> {
  const shared = await tx
    .selectDistinct({ workspaceId: documents.workspaceId, deletedAt: workspaces.deletedAt })
    .from(shareLinks)
    .innerJoin(documents, eq(documents.id, shareLinks.documentId))
    .innerJoin(workspaces, eq(workspaces.id, documents.workspaceId))
    .where(eq(shareLinks.createdBy, userId));
  const recipients = new Map<string, string | null>();
  for (const { workspaceId, deletedAt } of shared) {
    const recipient = owners.get(workspaceId) ?? (await findFirstOwner(tx, workspaceId, userId));
    if (recipient === null && deletedAt === null) throw new AppError("RECIPIENT_MISSING");
    recipients.set(workspaceId, recipient);
  }
  return recipients;
}

async function findFirstOwner(tx: Tx, workspaceId: string, exceptId: string): Promise<string | null> {
  const [owner] = await tx
    .select({ id: users.id })
    .from(workspaceMembers)
    .innerJoin(users, and(eq(users.id, workspaceMembers.userId), isNull(users.deactivatedAt)))
    .where(
      and(
        eq(workspaceMembers.workspaceId, workspaceId),
        eq(workspaceMembers.role, "owner"),
        ne(workspaceMembers.userId, exceptId),
      ),
    )
    .orderBy(asc(workspaceMembers.createdAt), asc(users.id))
    .limit(1);
  return owner?.id ?? null;
}

interface ShareChange {
  userId: string;
  mode: HandOverInput["shares"];
  /** Null for a workspace whose links are revoked. */
  linkRecipients: ReadonlyMap<string, string | null>;
}

async function handOverShares(tx: Tx, { userId, mode, linkRecipients }: ShareChange) {
  if (mode === "keep") return { count: 0, events: [] };
  if (mode === "revoke") {
    const events = await revokeShares(tx, [userId]);
    return { count: events.length, events };
  }
  const orphaned = [...linkRecipients.keys()].filter((id) => linkRecipients.get(id) === null);
  const events = orphaned.length === 0 ? [] : await revokeShares(tx, [userId], orphaned);
  let count = events.length;
  for (const [workspaceId, recipientId] of linkRecipients) {
    if (recipientId === null) continue;
    const updated = await tx
      .update(shareLinks)
      .set({ createdBy: recipientId })
      .where(and(eq(shareLinks.createdBy, userId), eq(shareLinks.workspaceId, workspaceId)))
      .returning({ id: shareLinks.id });
    count += updated.length;
  }
  return { count, events };
}
