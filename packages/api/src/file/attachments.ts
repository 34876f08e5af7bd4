import { files, createId, type Tx } from "@mdreader/db";
import { and, eq, inArray, isNotNull, isNull } from "drizzle-orm";

import { type DeletionColumns, restoredColumns } from "../document/deletion-columns.ts";
import { moveFiles, findFreePath, lockFiles } from "./file-paths.ts";

/** Changes of files that follow a change of their document or folder. */

/** Moves the attachments of these documents to the trash with them. */
export async function deleteAttachments(
  tx: Tx,
  documentIds: readonly string[],
  deletion: DeletionColumns,
): Promise<void> {
  if (documentIds.length === 0) return;
  await tx
    .update(files)
    .set(deletion)
    .where(and(inArray(files.documentId, [...documentIds]), isNull(files.deletedAt)));
}

/**
 * Restores the files that were deleted with a document or folder.
 * @param options `folderId` is the folder that a document was restored to; a folder's files return to where they were.
 *   `limit` is the maximum number of files to restore.
 * @returns The number of restored files.
 */
export async function restoreFilesDeletedWith(
  tx: Tx,
  workspaceId: string,
  deletedWith: string,
  { folderId, limit }: { folderId?: string | null; limit?: number },
): Promise<number> {
  const deleted = tx
    .select()
    .from(files)
    .where(and(eq(files.deletedWith, deletedWith), isNotNull(files.deletedAt)))
    .$dynamic();
  const rows = await (limit === undefined ? deleted : deleted.limit(limit));
  if (rows.length === 0) return 0;
  await lockFiles(tx, workspaceId);
  await moveFiles(tx, rows, { set: restoredColumns, ...(folderId !== undefined && { folderId }) });
  return rows.length;
}

/** Moves a document's attachments to another folder with it. Must be called before the document's row is locked. */
export async function moveAttachments(
  tx: Tx,
  workspaceId: string,
  documentId: string,
  folderId: string | null,
): Promise<void> {
  await lockFiles(tx, workspaceId);
  const isAttachment = eq(files.documentId, documentId);
  const rows = await tx
    .select()
    .from(files)
    .where(and(isAttachment, isNull(files.deletedAt)));
  await moveFiles(tx, rows, { folderId });
  await tx
    .update(files)
    .set({ folderId })
    .where(and(isAttachment, isNotNull(files.deletedAt)));
}

/**
 * Copies a document's attachments for a copy of the document: new rows that share the bytes. An attachment whose path
 * is taken gets the next free path, and the copy still finds it by the old one.
 */
export async function copyAttachments(
  tx: Tx,
  documentId: string,
  copy: { id: string; workspaceId: string; folderId: string | null; createdBy: string | null },
): Promise<void> {
  const { workspaceId, folderId } = copy;
  const rows = await tx
    .select()
    .from(files)
    .where(and(eq(files.documentId, documentId), isNull(files.deletedAt)));
  if (rows.length === 0) return;
  await lockFiles(tx, workspaceId);
  for (const { alias, path: originalPath, mediaType, size, hash } of rows) {
    const preferredPath = alias ?? originalPath;
    const path = await findFreePath(tx, { workspaceId, folderId, path: preferredPath });
    await tx.insert(files).values({
      id: createId(),
      workspaceId,
      documentId: copy.id,
      folderId,
      path,
      alias: path === preferredPath ? null : preferredPath,
      mediaType,
      size,
      hash,
      uploadedBy: copy.createdBy,
    });
  }
}
