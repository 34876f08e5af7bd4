import { apiKeys, type Tx, users } from "@mdreader/db";
import { and, eq, inArray, isNull, type SQL } from "drizzle-orm";

/** Whether an account is a person's, deleted or not, and not the service account of a key that belongs to a workspace. */
export const isPersonalEvenDeleted: SQL = eq(users.isServiceAccount, false);

/** Whether an account is a person's and not deleted. Nothing but `restore` and the purge finds a deleted account. */
export const isPersonal: SQL | undefined = and(isPersonalEvenDeleted, isNull(users.deletedAt));

/** Lists the service accounts of workspaces, so that they can be deleted once the workspaces are. */
export async function listServiceAccounts(tx: Tx, workspaceIds: readonly string[]): Promise<string[]> {
  const found = await tx
    .select({ id: users.id })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(and(inArray(apiKeys.workspaceId, [...workspaceIds]), eq(users.isServiceAccount, true)));
  return found.map(({ id }) => id);
}

export async function deleteServiceAccounts(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.delete(users).where(inArray(users.id, [...ids]));
}
