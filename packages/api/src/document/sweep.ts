import { documents, folders } from "@mdreader/db";
import { and, inArray, lt, notInArray, sql } from "drizzle-orm";

import type { Services } from "../context.ts";
import type { Ports } from "../ports.ts";
import { deleteInBatches } from "../util/delete-in-batches.ts";
import { computePurgeCutoff } from "./deletion-columns.ts";
import { selectPending } from "./folder/find.ts";

/** Items per transaction. Deleting a document takes long, because its log and its versions are deleted with it. */
const batchSize = 500;

/**
 * Permanently deletes items whose time in the trash has expired. A document that was deleted individually
 * is kept when its folder is purged: it moves to the root of the trash.
 *
 * @returns The number of deleted documents and folders.
 */
export async function sweepTrash(services: Services): Promise<number> {
  const before = computePurgeCutoff(services);
  const { database } = services;
  const { db } = database;
  const expired = db
    .select({ id: documents.id })
    .from(documents)
    .where(and(lt(documents.deletedAt, before), notInArray(documents.deletedWith, selectPending(db))))
    .limit(batchSize);
  let removed = await deleteInBatches(
    () => db.delete(documents).where(inArray(documents.id, expired)).returning({ id: documents.id }),
    batchSize,
  );
  for (;;) {
    const purged = await deleteLeafFolders({ database }, before);
    removed += purged;
    if (purged === 0) return removed;
  }
}

/** Deletes expired folders without subfolders, level by level from the bottom. */
async function deleteLeafFolders({ database }: Pick<Ports, "database">, before: string): Promise<number> {
  return database.db.transaction(async (tx) => {
    const expired = await tx
      .select({ id: folders.id })
      .from(folders)
      .where(
        and(
          lt(folders.deletedAt, before),
          sql`not exists (select 1 from folders child where child.parent_id = ${folders.id})`,
        ),
      )
      .limit(batchSize);
    const ids = expired.map(({ id }) => id);
    if (ids.length === 0) return 0;
    await tx.update(documents).set({ folderId: null }).where(inArray(documents.folderId, ids));
    await tx.delete(folders).where(inArray(folders.id, ids));
    return ids.length;
  });
}
