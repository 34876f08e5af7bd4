import { documents, files, folders, type Tx, workspaces } from "@mdreader/db";
import { and, asc, eq, inArray, lt } from "drizzle-orm";

import { holdWorkspace } from "../access/hold.ts";
import type { Services } from "../context.ts";

type Sweeping = Pick<Services, "database" | "clock" | "settings">;

/** How many documents one statement deletes, with their versions: few enough to stay far from the statement time-out. */
const documentBatch = 500;

/**
 * Removes the workspaces for good that have been in the trash for longer than `trashRetention`, each in a transaction of
 * its own: it is gone wholly or still there. To be run as a job, daily or so.
 * @returns How many there were.
 */
export async function sweepWorkspaces(services: Sweeping): Promise<number> {
  const { db } = services.database;
  let swept = 0;
  for (;;) {
    const [oldest] = await db
      .select({ id: workspaces.id })
      .from(workspaces)
      .where(lt(workspaces.deletedAt, cutoff(services)))
      .orderBy(asc(workspaces.deletedAt))
      .limit(1);
    if (oldest === undefined) return swept;
    if (await purge(services, oldest.id)) swept += 1;
  }
}

const cutoff = ({ clock, settings }: Sweeping) =>
  new Date(clock.now().getTime() - settings.trashRetention * 1000).toISOString();

/** @returns Whether it was still to be removed: an owner may just have restored it. */
function purge(services: Sweeping, workspaceId: string): Promise<boolean> {
  return services.database.db.transaction(async (tx) => {
    await holdWorkspace(tx, workspaceId);
    const [due] = await tx
      .select({ id: workspaces.id })
      .from(workspaces)
      .where(and(eq(workspaces.id, workspaceId), lt(workspaces.deletedAt, cutoff(services))))
      .for("update");
    if (due === undefined) return false;
    await tx.delete(files).where(eq(files.workspaceId, workspaceId));
    await deleteDocuments(tx, workspaceId);
    await tx.delete(folders).where(eq(folders.workspaceId, workspaceId));
    await tx.delete(workspaces).where(eq(workspaces.id, workspaceId));
    return true;
  });
}

async function deleteDocuments(tx: Tx, workspaceId: string): Promise<void> {
  const some = tx
    .select({ id: documents.id })
    .from(documents)
    .where(eq(documents.workspaceId, workspaceId))
    .limit(documentBatch);
  for (;;) {
    const deleted = await tx
      .delete(documents)
      .where(inArray(documents.id, some))
      .returning({ id: documents.id });
    if (deleted.length < documentBatch) return;
  }
}
