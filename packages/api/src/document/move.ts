import type { DocumentSummary } from "@mdreader/contract";

import type { DocumentAccess } from "../access/authorize.ts";
import { change } from "../access/change.ts";
import type { Services } from "../context.ts";
import { moveFilesOf } from "../file/attachments.ts";
import { findFolder } from "./folder/find.ts";
import { announceMeta } from "./live/announce.ts";
import { changeMetaOf } from "./meta.ts";

/** Moves a document, with its attachments, into a folder, or, for null, out of all. @throws AppError NOT_FOUND for a folder that is not here, VERSION_CONFLICT. */
export async function moveDocument(
  services: Services,
  access: DocumentAccess<"document.move">,
  { folderId, expectedVersion }: { folderId: string | null; expectedVersion?: number | undefined },
): Promise<DocumentSummary> {
  const { document, caller } = access;
  const moved = await change(services, "document.move", access, async ({ tx, workspaceId, record }) => {
    if (folderId !== null) await findFolder(tx, workspaceId, folderId);
    await moveFilesOf(tx, workspaceId, document.id, folderId);
    const row = await changeMetaOf(tx, document.id, { folderId }, caller.userId, { expectedVersion });
    record({ kind: "document.moved", subjectId: row.id, subjectName: row.title });
    return row;
  });
  announceMeta(services, moved);
  return moved;
}
