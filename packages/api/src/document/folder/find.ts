import { advisoryLockSeeds, type Executor, type FolderRow, folders, type Tx } from "@mdreader/db";
import { and, eq, isNull, sql } from "drizzle-orm";

import { AppError } from "../../errors.ts";

/** Maximum nesting depth of folders. */
export const maxDepth = 32;

/** Reads a folder that is not in the trash, and locks it until the commit. @throws AppError NOT_FOUND */
export async function findFolder(tx: Tx, workspaceId: string, id: string): Promise<FolderRow> {
  const [folder] = await tx
    .select()
    .from(folders)
    .where(and(eq(folders.id, id), eq(folders.workspaceId, workspaceId), isNull(folders.deletedAt)))
    .for("share");
  if (folder === undefined) throw new AppError("NOT_FOUND");
  return folder;
}

/** Returns the folder to restore an item to: its previous folder if that exists, otherwise the root. */
export async function findFolderOrRoot(
  tx: Tx,
  workspaceId: string,
  id: string | null,
): Promise<string | null> {
  if (id === null) return null;
  const [folder] = await tx
    .select({ id: folders.id })
    .from(folders)
    .where(and(eq(folders.id, id), eq(folders.workspaceId, workspaceId), isNull(folders.deletedAt)))
    .for("share");
  return folder?.id ?? null;
}

/**
 * Serializes changes of a workspace's folder structure, because two moves that are valid separately can form a
 * cycle together. Call it after locking the caller's role, and before locking any other row.
 */
export async function lockFolderTree(tx: Tx, workspaceId: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${workspaceId}, ${advisoryLockSeeds.folderTree}))`,
  );
}

/** Returns the IDs of a folder and its ancestors, starting with the folder. */
export async function readAncestorIds(tx: Tx, id: string): Promise<string[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    with recursive above as (
      select id, parent_id, 1 as depth from ${folders} where id = ${id}
      union all
      select f.id, f.parent_id, depth + 1 from ${folders} f join above on f.id = above.parent_id
      where depth <= ${maxDepth + 1}
    )
    select id from above order by depth`);
  return rows.map((row) => row.id);
}

/**
 * Checks that the contents of a folder and of the folders above it have followed them into the trash or out of it. Call
 * it after locking the folder tree.
 * @throws AppError UNAVAILABLE
 */
export async function requireSettled(tx: Tx, id: string): Promise<void> {
  const pending = await tx.execute(sql`
    with recursive above as (
      select parent_id, contents_pending, 1 as depth from ${folders} where id = ${id}
      union all
      select f.parent_id, f.contents_pending, depth + 1 from ${folders} f join above on f.id = above.parent_id
      where depth <= ${maxDepth + 1}
    )
    select from above where contents_pending`);
  if (pending.length > 0) throw new AppError("UNAVAILABLE", { retryAfter: 1 });
}

/** Selects the folders whose contents have yet to follow them into the trash or out of it. */
export const selectPending = (db: Executor) =>
  db.select({ id: folders.id }).from(folders).where(eq(folders.contentsPending, true));

/** Returns the number of folder levels below and including a folder. */
export async function subtreeDepth(tx: Tx, id: string): Promise<number> {
  const [row] = await tx.execute<{ height: number }>(sql`
    with recursive below as (
      select id, 1 as depth from ${folders} where id = ${id}
      union all
      select f.id, depth + 1 from ${folders} f join below on f.parent_id = below.id
      where f.deleted_at is null and depth <= ${maxDepth + 1}
    )
    select max(depth)::int as height from below`);
  return row?.height ?? 1;
}
