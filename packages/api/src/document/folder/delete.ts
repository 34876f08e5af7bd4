import { folders } from "@mdreader/db";
import { inArray, sql } from "drizzle-orm";

import type { FolderAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { lockFiles } from "../../file/file-paths.ts";
import { publishMeta } from "../collab/store/document-channel.ts";
import { createDeletion } from "../deletion-columns.ts";
import { lockFolderTree, assertContentsSettled } from "./find.ts";
import { countDeletedDocuments, markPending, moveBatch, moveRemainingContents } from "./move-contents.ts";
import { selectDescendants } from "./paths.ts";

/**
 * Moves a folder with its contents to the trash. Items that were already in the trash keep their own entries.
 * @returns The number of moved documents and folders, including the folder itself.
 * @throws AppError UNAVAILABLE while contents of the folder are still being restored.
 */
export async function deleteFolder(
  services: Services,
  access: FolderAccess<"folder.delete">,
): Promise<{ id: string; documents: number; folders: number }> {
  const { folder, caller } = access;
  const { id, workspaceId } = folder;
  const deleted = await mutateWorkspace(services, "folder.delete", access, async ({ tx, emit }) => {
    await lockFolderTree(tx, workspaceId);
    await lockFiles(tx, workspaceId);
    await assertContentsSettled(tx, id);
    const deletion = createDeletion(services, caller.userId, id);
    const moved = await tx
      .update(folders)
      .set(deletion)
      .where(inArray(folders.id, sql`(${selectDescendants(id)})`))
      .returning({ contentsPending: folders.contentsPending });
    if (moved.length === 0) throw new AppError("NOT_FOUND");
    if (moved.some(({ contentsPending }) => contentsPending)) {
      throw new AppError("UNAVAILABLE", { retryAfter: 1 });
    }
    const batch = await moveBatch(tx, { ...folder, ...deletion }, caller.userId);
    if (batch.isLast) emit({ kind: "folder.deleted", subjectId: id, subjectName: folder.name });
    else await markPending(tx, id);
    return { ...batch, folders: moved.length };
  });
  for (const row of deleted.rows) publishMeta(services, row);
  if (deleted.isLast) return { id, documents: deleted.rows.length, folders: deleted.folders };
  await moveRemainingContents(services, folder, caller.userId);
  return { id, documents: await countDeletedDocuments(services.database.db, id), folders: deleted.folders };
}
