import { documents, folders } from "@mdreader/db";
import { and, inArray, lt, sql } from "drizzle-orm";

import type { Services } from "../context.ts";

/** How many are removed in one transaction, so that none of them is long. */
const batchSize = 500;

/**
 * Removes for good what has been in the trash for longer than it is kept. A document that was deleted by itself outlives
 * the folder it lay in: it moves to the root of the trash.
 *
 * @returns How many documents and folders were removed.
 */
export async function sweepTrash({ database, clock, settings }: Services): Promise<number> {
  const before = new Date(clock.now().getTime() - settings.trashRetention * 1000).toISOString();
  const { db } = database;
  let removed = 0;
  for (;;) {
    const expired = db
      .select({ id: documents.id })
      .from(documents)
      .where(lt(documents.deletedAt, before))
      .limit(batchSize);
    const gone = await db
      .delete(documents)
      .where(inArray(documents.id, expired))
      .returning({ id: documents.id });
    removed += gone.length;
    if (gone.length < batchSize) break;
  }
  for (;;) {
    const gone = await sweepEmptyFolders({ database }, before);
    removed += gone;
    if (gone === 0) return removed;
  }
}

/** Removes expired folders that no folder lies in any more: level by level, from below. */
async function sweepEmptyFolders({ database }: Pick<Services, "database">, before: string): Promise<number> {
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
