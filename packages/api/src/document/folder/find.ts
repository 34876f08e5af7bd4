import { advisoryLockSeeds, type Executor, type FolderRow, folders, type Tx } from "@mdreader/db";
import { and, eq, isNull, sql } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import { readAncestors, withDescendants } from "./paths.ts";

/** Maximum nesting depth of folders. */
export const maxDepth = 32;

/** Reads a folder that is not in the trash, and locks it until the commit. */
async function lockFolderShared(tx: Tx, workspaceId: string, id: string): Promise<FolderRow | undefined> {
  const [folder] = await tx
    .select()
    .from(folders)
    .where(and(eq(folders.id, id), eq(folders.workspaceId, workspaceId), isNull(folders.deletedAt)))
    .for("share");
  return folder;
}

/** Reads a folder that is not in the trash, and locks it until the commit. @throws AppError NOT_FOUND */
export async function findFolder(tx: Tx, workspaceId: string, id: string): Promise<FolderRow> {
  const folder = await lockFolderShared(tx, workspaceId, id);
  if (folder === undefined) throw new AppError("NOT_FOUND");
  return folder;
}

/** Returns the folder to restore an item to: its previous folder if that exists, otherwise the root. */
export async function findFolderOrRoot(
  tx: Tx,
  workspaceId: string,
  id: string | null,
): Promise<string | null> {
  return id === null ? null : ((await lockFolderShared(tx, workspaceId, id))?.id ?? null);
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

/**
 * Asserts that no contents of a folder, or of the folders above it, are still being moved to the trash or out of it. Call
 * it after locking the folder tree.
 * @throws AppError UNAVAILABLE
 */
export async function assertContentsSettled(tx: Tx, id: string): Promise<void> {
  const ancestors = await readAncestors(tx, id);
  if (ancestors.some(({ contentsPending }) => contentsPending)) {
    throw new AppError("UNAVAILABLE", { retryAfter: 1 });
  }
}

/** Selects the folders whose contents are still being moved to the trash or out of it. */
export const selectPending = (db: Executor) =>
  db.select({ id: folders.id }).from(folders).where(eq(folders.contentsPending, true));

/** Returns the number of folder levels below and including a folder. */
export async function readSubtreeDepth(tx: Tx, id: string): Promise<number> {
  const [row] = await tx.execute<{ depth: number }>(
    sql`${withDescendants(id)} select max(depth)::int + 1 as depth from descendants`,
  );
  return row?.depth ?? 1;
}
