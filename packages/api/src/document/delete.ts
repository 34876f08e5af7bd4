import type { EmptyResult } from "@mdreader/contract";

import type { DocumentAccess } from "../access/authorize.ts";
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import type { Services } from "../context.ts";
import { deleteAttachments } from "../file/attachments.ts";
import { publishMeta } from "./collab/store/document-channel.ts";
import { createDeletion } from "./deletion-columns.ts";
import { updateDocumentMeta } from "./metadata.ts";

/**
 * Moves a document with its attachments to the trash, which hides it everywhere else.
 * @throws AppError VERSION_CONFLICT when its version is not the expected one.
 */
export async function deleteDocument(
  services: Services,
  access: DocumentAccess<"document.delete">,
  { expectedVersion }: { expectedVersion?: number | undefined },
): Promise<EmptyResult> {
  const { document, caller } = access;
  const deleted = await mutateWorkspace(services, "document.delete", access, async ({ tx, emit }) => {
    const deletion = createDeletion(services, caller.userId, document.id);
    const row = await updateDocumentMeta(tx, document.id, deletion, caller.userId, { expectedVersion });
    await deleteAttachments(tx, [document.id], deletion);
    emit({ kind: "document.deleted", subjectId: row.id, subjectName: row.title });
    return row;
  });
  publishMeta(services, deleted);
  return { ok: true };
}
