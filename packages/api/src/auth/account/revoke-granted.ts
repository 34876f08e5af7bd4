import { apiKeys, documents, shareLinks, type Tx, workspaceInvitations } from "@mdreader/db";
import { and, asc, eq, isNull } from "drizzle-orm";

import { publishEvents, insertEvents, type NewEvent } from "../../access/events.ts";
import { publishKeyRevoked } from "../../access/revocation.ts";
import type { Services } from "../../context.ts";
import { isPending } from "../../workspace/invitation/pending.ts";

/** What an account has let in and no longer does, for those to be told who may be using it. */
export interface RevokedGrants {
  keys: { secretHash: Uint8Array }[];
  workspaces: { workspaceId: string; lastSeq: number | null }[];
}

/** Events that one statement writes. */
const maxEvents = 1000;

/**
 * Ends all by which someone who had an account could come back, or let others in: its API keys, the pending invitations
 * and the public links that it made. Each workspace's activity says so.
 */
export async function revokeGranted(
  tx: Tx,
  services: Pick<Services, "clock">,
  userId: string,
): Promise<RevokedGrants> {
  const revokedAt = services.clock.now().toISOString();
  const keys = await tx
    .update(apiKeys)
    .set({ revokedAt })
    .where(and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)))
    .returning({ secretHash: apiKeys.secretHash });
  const events = [
    ...(await revokeInvitations(tx, services, userId, revokedAt)),
    ...(await revokeShares(tx, userId)),
  ];
  const byWorkspace = Map.groupBy(events, ({ workspaceId }) => workspaceId);
  const workspaces: RevokedGrants["workspaces"] = [];
  // The workspaces' rows last, and in one order, as in every change.
  for (const workspaceId of [...byWorkspace.keys()].toSorted()) {
    const own = byWorkspace.get(workspaceId) ?? [];
    for (let at = 0; at < own.length; at += maxEvents) {
      const part = own.slice(at, at + maxEvents).map(({ event }) => event);
      workspaces.push({ workspaceId, lastSeq: await insertEvents(tx, workspaceId, userId, part) });
    }
  }
  return { keys, workspaces };
}

/** Tells those who use it. To be called after the commit. */
export function publishRevoked(services: Pick<Services, "bus">, { keys, workspaces }: RevokedGrants): void {
  for (const { secretHash } of keys) publishKeyRevoked(services, secretHash);
  for (const { workspaceId, lastSeq } of workspaces) {
    if (lastSeq !== null) publishEvents(services, workspaceId, lastSeq);
  }
}

interface RevocationEvent {
  workspaceId: string;
  event: NewEvent;
}

async function revokeInvitations(
  tx: Tx,
  services: Pick<Services, "clock">,
  userId: string,
  revokedAt: string,
): Promise<RevocationEvent[]> {
  const { id, email, workspaceId } = workspaceInvitations;
  const revoked = await tx
    .update(workspaceInvitations)
    .set({ revokedAt })
    .where(and(eq(workspaceInvitations.invitedBy, userId), isPending(services)))
    .returning({ id, email, workspaceId });
  return revoked.map((row) => ({
    workspaceId: row.workspaceId,
    event: { kind: "invitation.revoked", subjectId: row.id, subjectName: row.email },
  }));
}

async function revokeShares(tx: Tx, userId: string): Promise<RevocationEvent[]> {
  const revoked = tx
    .$with("revoked")
    .as(
      tx
        .delete(shareLinks)
        .where(eq(shareLinks.createdBy, userId))
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
