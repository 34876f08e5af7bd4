import { maxNameLength, maxPathBytes } from "@mdreader/contract";
import { advisoryLockSeeds, type FileRow, files, type Tx } from "@mdreader/db";
import { and, eq, inArray, isNull, ne, sql } from "drizzle-orm";

import type { DeletionColumns } from "../document/deletion-columns.ts";
import { isInFolder } from "../document/folder/in-folder.ts";

/**
 * Serializes changes of file locations and of the storage used in a workspace. Must be called before any row of a
 * document or file is locked.
 */
export async function lockFiles(tx: Tx, workspaceId: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${workspaceId}, ${advisoryLockSeeds.files}))`,
  );
}

/** The location of a file. */
export interface FileLocation {
  workspaceId: string;
  folderId: string | null;
  path: string;
}

/** Finds the file at a location, except the given one. */
export async function findFileAt(
  tx: Tx,
  { workspaceId, folderId, path }: FileLocation,
  except?: string,
): Promise<FileRow | null> {
  const [found] = await tx
    .select()
    .from(files)
    .where(
      and(
        eq(files.workspaceId, workspaceId),
        isInFolder(files.folderId, folderId),
        eq(files.path, path),
        isNull(files.deletedAt),
        except === undefined ? undefined : ne(files.id, except),
      ),
    );
  return found ?? null;
}

/** Returns the path, or the first free one of `a-2.png`, `a-3.png`, … Must be called under the file lock. */
export async function findFreePath(tx: Tx, location: FileLocation, except?: string): Promise<string> {
  if ((await findFileAt(tx, location, except)) === null) return location.path;
  const { workspaceId, folderId, path } = location;
  const { stem, ending } = splitPath(path);
  const siblings = await tx
    .select({ path: files.path })
    .from(files)
    .where(
      and(
        eq(files.workspaceId, workspaceId),
        isInFolder(files.folderId, folderId),
        isNull(files.deletedAt),
        sql`starts_with(${files.path}, ${stem})`,
      ),
    );
  const taken = new Set(siblings.map((sibling) => sibling.path));
  for (let count = 2; ; count += 1) {
    const free = `${stem}-${count}${ending}`;
    if (!taken.has(free)) return free;
  }
}

/** Splits a path into its extension and the rest, shortened to leave room for a number. */
function splitPath(path: string): { stem: string; ending: string } {
  const at = path.lastIndexOf("/") + 1;
  const name = path.slice(at);
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : "";
  let stem = path.slice(0, path.length - ending.length);
  const reservedLength = 8;
  while (
    Buffer.byteLength(stem + ending) > maxPathBytes - reservedLength ||
    stem.length - at + ending.length > maxNameLength - reservedLength
  ) {
    stem = stem.slice(0, -1);
  }
  return { stem: stem.isWellFormed() ? stem : stem.slice(0, -1), ending };
}

/** The changes of files that are moved. */
export interface FileMove {
  /** The target folder; if omitted, each file's own. */
  folderId?: string | null;
  /** Further changes of their rows. */
  set?: Partial<DeletionColumns>;
}

/**
 * Moves files to a folder, each at its path. A file whose path is taken gets the next free path, and keeps the old one
 * as its alias, so that its document still finds it. Must be called under the file lock.
 */
export async function moveFiles(
  tx: Tx,
  rows: readonly FileRow[],
  { folderId, set = {} }: FileMove,
): Promise<void> {
  const unmovedIds: string[] = [];
  for (const row of rows) {
    const targetFolderId = folderId === undefined ? row.folderId : folderId;
    const preferredPath = row.alias ?? row.path;
    const path = await findFreePath(
      tx,
      { workspaceId: row.workspaceId, folderId: targetFolderId, path: preferredPath },
      row.id,
    );
    if (path === row.path && targetFolderId === row.folderId) {
      unmovedIds.push(row.id);
      continue;
    }
    await tx
      .update(files)
      .set({
        ...set,
        folderId: targetFolderId,
        path,
        alias: path === preferredPath ? null : preferredPath,
        updatedAt: sql`now()`,
      })
      .where(eq(files.id, row.id));
  }
  if (unmovedIds.length > 0 && Object.keys(set).length > 0) {
    await tx.update(files).set(set).where(inArray(files.id, unmovedIds));
  }
}
