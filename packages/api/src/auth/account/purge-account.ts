import { apiKeys, deletedMemberships, type Tx, users, workspaces } from "@mdreader/db";
import { and, eq, inArray } from "drizzle-orm";

import type { Caller } from "../../access/identity.ts";
import { insertEvents } from "../../workspace/event-log.ts";
import { type AuditSource, recordAudit } from "../admin/audit/record.ts";
import { assertNotLastSuperuser } from "../admin/superusers.ts";
import type { DeletedUser, LockedUser } from "./deleted-user.ts";
import { lockMemberships } from "./leave-workspaces.ts";
import { deleteServiceAccounts, listServiceAccounts } from "./service-accounts.ts";

/**
 * Deletes an account permanently with its sessions, keys and memberships, and the workspaces without other members. The
 * user's contributions to other workspaces remain, without their name, and so do entries of the audit log. The lock of
 * superusers and the account's row must be locked.
 *
 * @param action Whether the account is deleted now, or was before.
 * @param actor The user who deletes or purges it; null for the purge at the end of its retention.
 * @throws AppError SOLE_OWNER_OF_WORKSPACES while a workspace that only the user owns has other members;
 *   LAST_SUPERUSER.
 */
export async function purgeAccount(
  tx: Tx,
  source: AuditSource,
  { action, actor }: { action: "account.deleted" | "account.purged"; actor: Caller | null },
  account: LockedUser,
): Promise<DeletedUser> {
  await assertNotLastSuperuser(tx, account.id);
  const { owned, shared } = await lockMemberships(tx, account.id);
  const included = await tx
    .select({ workspaceId: deletedMemberships.workspaceId })
    .from(deletedMemberships)
    .where(and(eq(deletedMemberships.userId, account.id), deletedMemberships.includesWorkspace));
  await deleteWorkspaces(tx, [...owned, ...included.map(({ workspaceId }) => workspaceId)]);
  const keys = await tx
    .select({ secretHash: apiKeys.secretHash })
    .from(apiKeys)
    .where(eq(apiKeys.userId, account.id));
  await recordAudit(tx, source, {
    action,
    actor,
    target: { id: account.id, name: account.email },
  });
  await tx.delete(users).where(eq(users.id, account.id));
  // Last, as in every change: the workspace's row is locked as briefly as possible, and no other lock is acquired after
  // it.
  const left: DeletedUser["left"] = [];
  for (const workspaceId of shared) {
    const event = { kind: "member.left", subjectId: account.id, subjectName: account.username } as const;
    const lastSeq = await insertEvents(tx, workspaceId, null, [event], {}, source);
    left.push({ workspaceId, lastSeq });
  }
  return { userId: account.id, purgeAt: null, sessions: [], keys, left, deletedWorkspaces: [] };
}

async function deleteWorkspaces(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const accounts = await listServiceAccounts(tx, ids);
  await tx.delete(workspaces).where(inArray(workspaces.id, [...ids]));
  await deleteServiceAccounts(tx, accounts);
}
