import { documents, files, folders, type FolderRow, type Tx, workspaces } from "@mdreader/db";
import { and, count, eq, inArray, isNotNull, isNull } from "drizzle-orm";

import type { Services } from "../../context.ts";
import { deleteAttachments, restoreFilesDeletedWith } from "../../file/attachments.ts";
import { lockFiles } from "../../file/file-paths.ts";
import { attemptAll } from "../../util/attempt-all.ts";
import { withEvents } from "../../workspace/event-log.ts";
import { publishMeta } from "../collab/store/document-channel.ts";
import { restoredColumns } from "../deletion-columns.ts";
import { updateMeta } from "../metadata.ts";

/**
 * Moves the contents of a folder to the trash or back, after the folder itself. A folder may hold tens of thousands of
 * documents, so they are moved in batches, each in a short transaction. Until the last one, the folder is marked as
 * pending. If the server stops in between, any server continues.
 */

/** Maximum numbers of documents and of files per transaction, for which other users of the workspace wait. */
const maxPerBatch = { deleted: 100, restored: 50 };

/** A folder that was deleted or restored directly. */
type MovedFolder = Pick<FolderRow, "id" | "workspaceId" | "deletedAt" | "deletedBy">;

/** The documents of a batch, as changed, and whether it was the last one. */
interface MovedBatch {
  rows: Awaited<ReturnType<typeof updateMeta>>;
  isLast: boolean;
}

/**
 * Moves a batch of a folder's contents to the trash, or out of it, after the folder. Must be called under the file lock.
 * @param authorId The user who deleted or restored the folder; null if unknown.
 */
export function moveBatch(tx: Tx, folder: MovedFolder, authorId: string | null): Promise<MovedBatch> {
  return folder.deletedAt === null ? restoreBatch(tx, folder, authorId) : deleteBatch(tx, folder, authorId);
}

async function deleteBatch(
  tx: Tx,
  { id, deletedAt, deletedBy }: MovedFolder,
  authorId: string | null,
): Promise<MovedBatch> {
  const deletion = { deletedAt, deletedBy, deletedWith: id };
  const deletedFolders = tx
    .select({ id: folders.id })
    .from(folders)
    .where(and(eq(folders.deletedWith, id), isNotNull(folders.deletedAt)));
  const documentRows = await tx
    .select({ id: documents.id })
    .from(documents)
    .where(and(inArray(documents.folderId, deletedFolders), isNull(documents.deletedAt)))
    .limit(maxPerBatch.deleted);
  const documentIds = documentRows.map((document) => document.id);
  const rows = await updateMeta(tx, documentIds, deletion, authorId);
  await deleteAttachments(tx, documentIds, deletion);
  const fileRows = await tx
    .select({ id: files.id })
    .from(files)
    .where(and(inArray(files.folderId, deletedFolders), isNull(files.deletedAt)))
    .limit(maxPerBatch.deleted);
  const fileIds = fileRows.map((file) => file.id);
  if (fileIds.length > 0) await tx.update(files).set(deletion).where(inArray(files.id, fileIds));
  return { rows, isLast: documentRows.length < maxPerBatch.deleted && fileRows.length < maxPerBatch.deleted };
}

async function restoreBatch(
  tx: Tx,
  { id, workspaceId }: MovedFolder,
  authorId: string | null,
): Promise<MovedBatch> {
  const restored = await restoreFilesDeletedWith(tx, workspaceId, id, { limit: maxPerBatch.restored });
  const inside = await tx
    .select({ id: documents.id })
    .from(documents)
    .where(and(eq(documents.deletedWith, id), isNotNull(documents.deletedAt)))
    .limit(maxPerBatch.restored);
  const rows = await updateMeta(
    tx,
    inside.map((document) => document.id),
    restoredColumns,
    authorId,
    "trash",
  );
  return { rows, isLast: inside.length < maxPerBatch.restored && restored < maxPerBatch.restored };
}

/** Marks a folder whose contents have not been moved yet. */
export async function markPending(tx: Tx, id: string): Promise<void> {
  await tx.update(folders).set({ contentsPending: true }).where(eq(folders.id, id));
}

type MovePorts = Pick<Services, "database" | "bus">;

/**
 * Moves all remaining contents of a pending folder, and records the event of its deletion or restoration with the last
 * batch.
 * @param actorId The user who restored the folder; null if unknown.
 */
export async function moveRemainingContents(
  services: MovePorts,
  { id, workspaceId }: Pick<FolderRow, "id" | "workspaceId">,
  actorId: string | null,
): Promise<void> {
  for (;;) {
    const batch = await moveNextBatch(services, { id, workspaceId }, actorId);
    for (const row of batch.rows) publishMeta(services, row);
    if (batch.isLast) return;
  }
}

async function moveNextBatch(
  services: MovePorts,
  { id, workspaceId }: Pick<FolderRow, "id" | "workspaceId">,
  actorId: string | null,
): Promise<MovedBatch> {
  const [moved] = await services.database.db.select().from(folders).where(eq(folders.id, id));
  const isDeletion = moved !== undefined && moved.deletedAt !== null;
  const authorId = isDeletion ? moved.deletedBy : actorId;
  return withEvents(services, { workspaceId, actorId: authorId }, async (tx, emit) => {
    // Other servers that move these contents hold the lock, too.
    await lockFiles(tx, workspaceId);
    const isPending = and(eq(folders.id, id), eq(folders.contentsPending, true));
    const [folder] = await tx.select().from(folders).where(isPending);
    if (folder === undefined) return { rows: [], isLast: true };
    const batch = await moveBatch(tx, folder, authorId);
    if (batch.isLast) {
      await tx.update(folders).set({ contentsPending: false }).where(isPending);
      const kind = folder.deletedAt === null ? "folder.restored" : "folder.deleted";
      emit({ kind, subjectId: id, subjectName: folder.name });
    }
    return batch;
  });
}

/** Counts the documents that were deleted with a folder. */
export async function countDeletedDocuments(tx: Pick<Tx, "select">, folderId: string): Promise<number> {
  const [found] = await tx
    .select({ count: count() })
    .from(documents)
    .where(and(eq(documents.deletedWith, folderId), isNotNull(documents.deletedAt)));
  return found?.count ?? 0;
}

/**
 * Continues moving the contents of folders whose server has stopped. A folder that fails does not stop the others.
 * @returns The number of folders.
 */
export async function recoverPendingFolders(services: MovePorts): Promise<number> {
  const pending = await services.database.db
    .select({ id: folders.id, workspaceId: folders.workspaceId })
    .from(folders)
    .innerJoin(workspaces, eq(workspaces.id, folders.workspaceId))
    .where(and(eq(folders.contentsPending, true), isNull(workspaces.deletedAt)));
  await attemptAll(pending, (folder) => moveRemainingContents(services, folder, null));
  return pending.length;
}
