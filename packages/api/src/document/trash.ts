import type { DocumentSummary, EmptyResult } from "@mdreader/contract";
import { documents } from "@mdreader/db";
import { and, eq, isNotNull } from "drizzle-orm";

import type { DocumentAccess } from "../access/authorize.ts";
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { deleteFilesOf, restoreFilesOf } from "../file/attachments.ts";
import { publishMeta } from "./collab/store/document-channel.ts";
import { findFolderOrRoot } from "./folder/find.ts";
import { updateMetaOf } from "./metadata.ts";

/**
 * Moves a document with its attachments to the trash, which hides it everywhere else.
 * @throws AppError VERSION_CONFLICT when its version is not the expected one.
 */
export async function deleteDocument(
  services: Services,
  access: DocumentAccess<"document.delete">,
  { expectedVersion }: { expectedVersion?: number | undefined } = {},
): Promise<EmptyResult> {
  const { document, caller } = access;
  const deleted = await mutateWorkspace(services, "document.delete", access, async ({ tx, emit }) => {
    const deletion = {
      deletedAt: services.clock.now().toISOString(),
      deletedBy: caller.userId,
      deletedWith: document.id,
    };
    const row = await updateMetaOf(tx, document.id, deletion, caller.userId, { expectedVersion });
    await deleteFilesOf(tx, { documentIds: [document.id] }, deletion);
    emit({ kind: "document.deleted", subjectId: row.id, subjectName: row.title });
    return row;
  });
  publishMeta(services, deleted);
  return { ok: true };
}

/**
 * Restores a document from the trash, with the attachments that were deleted with it, to its previous folder, or to
 * the root if that no longer exists.
 */
export async function restoreDocument(
  services: Services,
  access: DocumentAccess<"document.restore">,
): Promise<DocumentSummary> {
  const { document, caller } = access;
  const restored = await mutateWorkspace(
    services,
    "document.restore",
    access,
    async ({ tx, workspaceId, emit }) => {
      const folderId = await findFolderOrRoot(tx, workspaceId, document.folderId);
      await restoreFilesOf(tx, workspaceId, document.id, folderId);
      const back = { folderId, deletedAt: null, deletedBy: null, deletedWith: null };
      const row = await updateMetaOf(tx, document.id, back, caller.userId, { state: "trash" });
      emit({ kind: "document.restored", subjectId: row.id, subjectName: row.title });
      return row;
    },
  );
  publishMeta(services, restored);
  return restored;
}

/** Permanently deletes a document and its attachments from the trash. */
export function purgeDocument(
  services: Services,
  access: DocumentAccess<"document.purge">,
): Promise<EmptyResult> {
  const { document } = access;
  return mutateWorkspace(services, "document.purge", access, async ({ tx, emit }) => {
    const purged = await tx
      .delete(documents)
      .where(and(eq(documents.id, document.id), isNotNull(documents.deletedAt)))
      .returning({ id: documents.id });
    if (purged.length === 0) throw new AppError("NOT_FOUND");
    emit({ kind: "document.purged", subjectId: document.id });
    return { ok: true };
  });
}
