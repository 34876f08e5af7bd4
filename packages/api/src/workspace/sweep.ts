import { deletedMemberships, type Executor, workspaces } from "@mdreader/db";
import { and, asc, eq, lt, notExists } from "drizzle-orm";

import { lockWorkspaceExclusive } from "../access/locks.ts";
import { deleteServiceAccounts, listServiceAccounts } from "../auth/account/service-accounts.ts";
import { computePurgeCutoff } from "../document/deletion-columns.ts";
import type { Ports } from "../ports.ts";
import { extendStatementTimeout } from "./statement-timeout.ts";

type SweepPorts = Pick<Ports, "database" | "clock" | "settings">;

/**
 * Permanently deletes workspaces that have been in the trash longer than `trashRetentionSeconds`, each in its own transaction,
 * so that none is partially deleted. Runs as a job, for example daily.
 * @returns The number of deleted workspaces.
 */
export async function sweepWorkspaces(services: SweepPorts): Promise<number> {
  const { db } = services.database;
  let swept = 0;
  for (;;) {
    const [oldest] = await db
      .select({ id: workspaces.id })
      .from(workspaces)
      .where(and(lt(workspaces.deletedAt, computePurgeCutoff(services)), isDeletedDirectly(db)))
      .orderBy(asc(workspaces.deletedAt))
      .limit(1);
    if (oldest === undefined) return swept;
    if (await purgeWorkspace(services, oldest.id)) swept += 1;
  }
}

/** Whether a workspace was deleted itself. One that was deleted with the account of its only member is purged with it. */
const isDeletedDirectly = (db: Executor) =>
  notExists(
    db
      .select({ workspaceId: deletedMemberships.workspaceId })
      .from(deletedMemberships)
      .where(and(eq(deletedMemberships.workspaceId, workspaces.id), deletedMemberships.includesWorkspace)),
  );

/** @returns Whether it was deleted: an owner may have restored it in the meantime. */
function purgeWorkspace(services: SweepPorts, workspaceId: string): Promise<boolean> {
  return services.database.db.transaction(async (tx) => {
    await lockWorkspaceExclusive(tx, workspaceId);
    const [due] = await tx
      .select({ id: workspaces.id })
      .from(workspaces)
      .where(
        and(
          eq(workspaces.id, workspaceId),
          lt(workspaces.deletedAt, computePurgeCutoff(services)),
          isDeletedDirectly(tx),
        ),
      )
      .for("update");
    if (due === undefined) return false;
    await extendStatementTimeout(tx);
    const accounts = await listServiceAccounts(tx, [workspaceId]);
    await tx.delete(workspaces).where(eq(workspaces.id, workspaceId));
    await deleteServiceAccounts(tx, accounts);
    return true;
  });
}
