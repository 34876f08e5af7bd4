import { type FileRow, files, type Tx } from "@mdreader/db";
import { and, eq, inArray, isNotNull, isNull, or } from "drizzle-orm";

import { arrive, holdFiles } from "./place.ts";

/** What happens to files because something happens to the document that they belong to, or the folder they lie in. */

/** What a row in the trash remembers. */
type Deletion = Pick<FileRow, "deletedAt" | "deletedBy" | "deletedWith">;

const back: Deletion = { deletedAt: null, deletedBy: null, deletedWith: null };

/** Takes along into the trash what belongs to these documents or lies in these folders. */
export async function deleteFilesOf(
  tx: Tx,
  { documentIds = [], folderIds = [] }: { documentIds?: readonly string[]; folderIds?: readonly string[] },
  deletion: Deletion,
): Promise<void> {
  const belongs = or(
    documentIds.length > 0 ? inArray(files.documentId, [...documentIds]) : undefined,
    folderIds.length > 0 ? inArray(files.folderId, [...folderIds]) : undefined,
  );
  if (belongs === undefined) return;
  await tx
    .update(files)
    .set(deletion)
    .where(and(belongs, isNull(files.deletedAt)));
}

/**
 * Brings back what went into the trash with a document or folder.
 * @param folderId Where a document has come back to; a folder's files come back to where they were.
 */
export async function restoreFilesOf(
  tx: Tx,
  workspaceId: string,
  deletedWith: string,
  folderId?: string | null,
): Promise<void> {
  const rows = await tx
    .select()
    .from(files)
    .where(and(eq(files.deletedWith, deletedWith), isNotNull(files.deletedAt)));
  if (rows.length === 0) return;
  await holdFiles(tx, workspaceId);
  await arrive(tx, rows, { set: back, ...(folderId !== undefined && { folderId }) });
}

/** Has a document's attachments follow it to another folder. To be called before the document's row is held. */
export async function moveFilesOf(
  tx: Tx,
  workspaceId: string,
  documentId: string,
  folderId: string | null,
): Promise<void> {
  await holdFiles(tx, workspaceId);
  const own = eq(files.documentId, documentId);
  const rows = await tx
    .select()
    .from(files)
    .where(and(own, isNull(files.deletedAt)));
  await arrive(tx, rows, { folderId });
  await tx
    .update(files)
    .set({ folderId })
    .where(and(own, isNotNull(files.deletedAt)));
}
