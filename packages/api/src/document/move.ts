import type { DocumentSummary, Place } from "@mdreader/contract";
import { documents, type Tx } from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

import type { DocumentAccess } from "../access/authorize.ts";
import { mutateWorkspace, type WorkspaceMutation } from "../access/authorized-transaction.ts";
import { documentColumns } from "../access/resources.ts";
import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { moveAttachments } from "../file/attachments.ts";
import { describeMove } from "../workspace/event-log.ts";
import { publishMeta } from "./collab/store/document-channel.ts";
import { findFolder, lockFolderTree } from "./folder/find.ts";
import { hasPlace, placeItem } from "./folder/place.ts";
import { lockDocument, updateDocumentMeta } from "./metadata.ts";

interface DocumentMove extends Place {
  folderId: string | null;
  expectedVersion?: number | undefined;
}

/**
 * Moves a document with its attachments into a folder, or to the root for null, and next to a sibling if the input names
 * one. A move within the same folder creates no new version of the document.
 * @throws AppError NOT_FOUND for a folder of another workspace or a sibling of another folder, VERSION_CONFLICT,
 *   LIMIT_REACHED.
 */
export async function moveDocument(
  services: Services,
  access: DocumentAccess<"document.move">,
  input: DocumentMove,
): Promise<DocumentSummary> {
  const { row, isNewVersion } = await mutateWorkspace(services, "document.move", access, (mutation) =>
    hasPlace(input) ? moveNextToSibling(mutation, access, input) : moveToFolder(mutation, access, input),
  );
  if (isNewVersion) publishMeta(services, row);
  return row;
}

type MoveAccess = DocumentAccess<"document.move">;

/** @param position The position in the folder; null for none. By default, the position changes only with the folder. */
async function moveToFolder(
  { tx, workspaceId, emit }: WorkspaceMutation,
  { document, caller }: MoveAccess,
  { folderId, expectedVersion }: DocumentMove,
  position: string | null | undefined = folderId === document.folderId ? undefined : null,
) {
  if (folderId !== null) await findFolder(tx, workspaceId, folderId);
  await moveAttachments(tx, workspaceId, document.id, folderId);
  const row = await updateDocumentMeta(
    tx,
    document.id,
    { folderId, ...(position !== undefined && { position }) },
    caller.userId,
    { expectedVersion },
  );
  emit({
    kind: "document.moved",
    subjectId: row.id,
    subjectName: row.title,
    ...describeMove(document.folderId),
  });
  return { row, isNewVersion: true };
}

async function moveNextToSibling(mutation: WorkspaceMutation, access: MoveAccess, input: DocumentMove) {
  const { tx, workspaceId } = mutation;
  const { id } = access.document;
  await lockFolderTree(tx, workspaceId);
  const item = { kind: "document" as const, id, folderId: input.folderId };
  return placeItem(tx, mutation, item, input, async (position) => {
    const { version, folderId } = await lockDocument(tx, id);
    if (folderId !== input.folderId) return moveToFolder(mutation, access, input, position);
    if (input.expectedVersion !== undefined && version !== input.expectedVersion)
      throw new AppError("VERSION_CONFLICT");
    return { row: await reorderDocument(tx, id, position), isNewVersion: false };
  });
}

async function reorderDocument(tx: Tx, id: string, position: string) {
  const [row] = await tx
    .update(documents)
    .set({ position })
    .where(and(eq(documents.id, id), isNull(documents.deletedAt)))
    .returning(documentColumns);
  if (row === undefined) throw new AppError("NOT_FOUND");
  return row;
}
