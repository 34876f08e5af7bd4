import {
  apiKeys,
  authIdentities,
  documents,
  shareLinks,
  type Tx,
  users,
  workspaceInvitations,
} from "@mdreader/db";
import { and, asc, eq, inArray, isNull, or } from "drizzle-orm";

import { publishKeyRevoked } from "../../access/monitor/access-changes.ts";
import type { Ports } from "../../ports.ts";
import {
  insertEventsByWorkspace,
  type NewWorkspaceEvent,
  publishEvents,
  type WrittenEvents,
} from "../../workspace/event-log.ts";
import { isPending } from "../../workspace/invitation/pending.ts";
import { deleteEmailChange } from "../email-change/pending.ts";
import { changeGrantedMemberships } from "../identity/granted-memberships.ts";

/** The keys and workspaces whose grants were revoked, to notify their connections. */
export interface RevokedGrants {
  keys: { secretHash: Uint8Array }[];
  workspaces: WrittenEvents[];
}

/**
 * Revokes everything that could let a former holder of the account, or others, back in: its API keys and linked
 * identities, the pending change of its address, and the workspace API keys, pending invitations and public links that
 * it created, or that such a key has created. Each workspace's activity records it.
 */
export async function revokeGrants(
  tx: Tx,
  services: Pick<Ports, "clock">,
  userId: string,
): Promise<RevokedGrants> {
  const revokedAt = services.clock.now().toISOString();
  const keys = await tx
    .update(apiKeys)
    .set({ revokedAt })
    .where(and(or(eq(apiKeys.userId, userId), eq(apiKeys.createdBy, userId)), isNull(apiKeys.revokedAt)))
    .returning({ secretHash: apiKeys.secretHash, accountId: apiKeys.userId });
  await lockKeyAccounts(tx, keys);
  await deleteEmailChange(tx, services, userId);
  const ended = await endGrantedMemberships(tx, services, userId);
  await tx.delete(authIdentities).where(eq(authIdentities.userId, userId));
  const creators = [userId, ...keys.map(({ accountId }) => accountId)];
  const events = [
    ...ended,
    ...(await revokeInvitations(tx, services, creators, revokedAt)),
    ...(await revokeShares(tx, creators)),
  ];
  return { keys, workspaces: await insertEventsByWorkspace(tx, userId, events) };
}

/** Ends the memberships that the groups of the user's identities have granted. @returns The events of the workspaces. */
async function endGrantedMemberships(tx: Tx, services: Pick<Ports, "clock">, userId: string) {
  const linked = await tx
    .select({ id: authIdentities.id, username: users.username })
    .from(authIdentities)
    .innerJoin(users, eq(users.id, authIdentities.userId))
    .where(eq(authIdentities.userId, userId));
  const [first] = linked;
  if (first === undefined) return [];
  const user = { id: userId, username: first.username };
  const identityIds = linked.map(({ id }) => id);
  return changeGrantedMemberships(tx, services, { user, identityIds, grants: new Map() });
}

/**
 * Waits for calls that use workspace API keys. They lock the account that the key acts as, and check the key again under
 * the lock, so that what they created is visible afterwards, and later ones create nothing.
 */
export async function lockKeyAccounts(tx: Tx, keys: readonly { accountId: string }[]): Promise<void> {
  const ids = keys.map(({ accountId }) => accountId);
  const { id } = users;
  await tx.select({ id }).from(users).where(inArray(id, ids)).orderBy(asc(id)).for("no key update");
}

/** Notifies open connections. Must be called after the commit. */
export function publishRevokedGrants(
  services: Pick<Ports, "bus">,
  { keys, workspaces }: RevokedGrants,
): void {
  for (const { secretHash } of keys) publishKeyRevoked(services, secretHash);
  for (const { workspaceId, lastSeq } of workspaces) {
    if (lastSeq !== null) publishEvents(services, workspaceId, lastSeq);
  }
}

/** Revokes the pending invitations that any of these accounts created. */
export async function revokeInvitations(
  tx: Tx,
  services: Pick<Ports, "clock">,
  creators: readonly string[],
  revokedAt: string,
): Promise<NewWorkspaceEvent[]> {
  const { id, email, workspaceId } = workspaceInvitations;
  const revoked = await tx
    .update(workspaceInvitations)
    .set({ revokedAt })
    .where(and(inArray(workspaceInvitations.invitedBy, [...creators]), isPending(services)))
    .returning({ id, email, workspaceId });
  return revoked.map((row) => ({
    workspaceId: row.workspaceId,
    event: { kind: "invitation.revoked", subjectId: row.id, subjectName: row.email },
  }));
}

/** Deletes the public links that any of these accounts created, in these workspaces or in all. */
export async function revokeShares(
  tx: Tx,
  creators: readonly string[],
  workspaceIds?: readonly string[],
): Promise<NewWorkspaceEvent[]> {
  const revoked = tx.$with("revoked").as(
    tx
      .delete(shareLinks)
      .where(
        and(
          inArray(shareLinks.createdBy, [...creators]),
          workspaceIds && inArray(shareLinks.workspaceId, [...workspaceIds]),
        ),
      )
      .returning({ id: shareLinks.id, documentId: shareLinks.documentId }),
  );
  const shared = await tx
    .with(revoked)
    .select({ workspaceId: documents.workspaceId, id: documents.id, title: documents.title })
    .from(revoked)
    .innerJoin(documents, eq(documents.id, revoked.documentId))
    .orderBy(asc(revoked.id));
  return shared.map(({ workspaceId, id, title }) => ({
    workspaceId,
    event: { kind: "share.revoked", subjectId: id, subjectName: title },
  }));
}
