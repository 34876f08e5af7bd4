import type { Folder } from "@mdreader/contract";
import { folders } from "@mdreader/db";
import { and, eq, isNotNull, ne, sql } from "drizzle-orm";

import type { FolderAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { lockFiles } from "../../file/file-paths.ts";
import { publishMeta } from "../collab/store/document-channel.ts";
import { restoredColumns } from "../deletion-columns.ts";
import { findFolderOrRoot, lockFolderTree, assertContentsSettled } from "./find.ts";
import { markPending, moveBatch, moveRemainingContents } from "./move-contents.ts";
import { findFreeName, mapNameConflict } from "./name.ts";

/**
 * Restores a folder from the trash, with exactly the items that were deleted with it, to its previous folder, or to
 * the root if that no longer exists. If its name is taken, it becomes "name (restored)".
 * @throws AppError UNAVAILABLE while contents of the folder are still being deleted.
 */
export async function restoreFolder(
  services: Services,
  access: FolderAccess<"folder.restore">,
): Promise<Folder> {
  const { folder, caller } = access;
  const { restored, rows, isLast } = await mutateWorkspace(
    services,
    "folder.restore",
    access,
    async ({ tx, workspaceId, emit }) => {
      await lockFolderTree(tx, workspaceId);
      await lockFiles(tx, workspaceId);
      await assertContentsSettled(tx, folder.id);
      // An item that was deleted with another folder is restored with that folder.
      if (folder.deletedWith !== folder.id) throw new AppError("NOT_FOUND");
      const parentId = await findFolderOrRoot(tx, workspaceId, folder.parentId);
      const name = await findFreeName(tx, workspaceId, parentId, folder.name);
      const [restoredFolder] = await tx
        .update(folders)
        .set({
          ...restoredColumns,
          parentId,
          ...(parentId !== folder.parentId && { position: null }),
          name,
          updatedAt: sql`now()`,
        })
        .where(and(eq(folders.id, folder.id), isNotNull(folders.deletedAt)))
        .returning();
      if (restoredFolder === undefined) throw new AppError("NOT_FOUND");
      await tx
        .update(folders)
        .set(restoredColumns)
        .where(and(eq(folders.deletedWith, folder.id), ne(folders.id, folder.id)));
      const batch = await moveBatch(tx, restoredFolder, caller.userId);
      if (batch.isLast) emit({ kind: "folder.restored", subjectId: folder.id, subjectName: name });
      else await markPending(tx, folder.id);
      return { ...batch, restored: restoredFolder };
    },
  ).catch(mapNameConflict);
  for (const row of rows) publishMeta(services, row);
  if (!isLast) await moveRemainingContents(services, folder, caller.userId);
  return restored;
}
