import type { DocumentSummary } from "@mdreader/contract";

import type { DocumentAccess } from "../access/authorize.ts";
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import type { Services } from "../context.ts";
import { restoreFilesDeletedWith } from "../file/attachments.ts";
import { publishMeta } from "./collab/store/document-channel.ts";
import { restoredColumns } from "./deletion-columns.ts";
import { findFolderOrRoot } from "./folder/find.ts";
import { updateDocumentMeta } from "./metadata.ts";

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
      await restoreFilesDeletedWith(tx, workspaceId, document.id, { folderId });
      const set = {
        folderId,
        ...(folderId !== document.folderId && { position: null }),
        ...restoredColumns,
      };
      const row = await updateDocumentMeta(tx, document.id, set, caller.userId, { state: "trash" });
      emit({ kind: "document.restored", subjectId: row.id, subjectName: row.title });
      return row;
    },
  );
  publishMeta(services, restored);
  return restored;
}
