import type { DocumentSummary } from "@mdreader/contract";

import type { DocumentAccess } from "../access/authorize.ts";
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import type { Services } from "../context.ts";
import { moveAttachments } from "../file/attachments.ts";
import { publishMeta } from "./collab/store/document-channel.ts";
import { findFolder } from "./folder/find.ts";
import { updateDocumentMeta } from "./metadata.ts";

/**
 * Moves a document with its attachments into a folder, or to the root for null.
 * @throws AppError NOT_FOUND for a folder of another workspace, VERSION_CONFLICT.
 */
export async function moveDocument(
  services: Services,
  access: DocumentAccess<"document.move">,
  { folderId, expectedVersion }: { folderId: string | null; expectedVersion?: number | undefined },
): Promise<DocumentSummary> {
  const { document, caller } = access;
  const moved = await mutateWorkspace(
    services,
    "document.move",
    access,
    async ({ tx, workspaceId, emit }) => {
      if (folderId !== null) await findFolder(tx, workspaceId, folderId);
      await moveAttachments(tx, workspaceId, document.id, folderId);
      const row = await updateDocumentMeta(tx, document.id, { folderId }, caller.userId, { expectedVersion });
      emit({ kind: "document.moved", subjectId: row.id, subjectName: row.title });
      return row;
    },
  );
  publishMeta(services, moved);
  return moved;
}
