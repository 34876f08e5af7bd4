import type { Folder } from "@mdreader/contract";
import { documents, folders } from "@mdreader/db";
import { and, eq, isNotNull, sql } from "drizzle-orm";

import type { FolderAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { restoreFilesOf } from "../../file/attachments.ts";
import { lockFiles } from "../../file/file-paths.ts";
import { publishMeta } from "../collab/store/document-channel.ts";
import { updateMeta } from "../metadata.ts";
import { findFolderOrRoot, lockFolderTree } from "./find.ts";
import { findFreeName, mapNameConflict } from "./name.ts";

/**
 * Restores a folder from the trash, with exactly the items that were deleted with it, to its previous folder, or to
 * the root if that no longer exists. If its name is taken, it becomes "name (restored)".
 */
export async function restoreFolder(
  services: Services,
  access: FolderAccess<"folder.restore">,
): Promise<Folder> {
  const { folder, caller } = access;
  const { restored, rows } = await mutateWorkspace(
    services,
    "folder.restore",
    access,
    async ({ tx, workspaceId, emit }) => {
      await lockFolderTree(tx, workspaceId);
      await lockFiles(tx, workspaceId);
      // An item that was deleted with another folder is restored with that folder.
      if (folder.deletedWith !== folder.id) throw new AppError("NOT_FOUND");
      const parentId = await findFolderOrRoot(tx, workspaceId, folder.parentId);
      const name = await findFreeName(tx, workspaceId, parentId, folder.name);
      const back = { deletedAt: null, deletedBy: null, deletedWith: null };
      const [own] = await tx
        .update(folders)
        .set({ ...back, parentId, name, updatedAt: sql`now()` })
        .where(and(eq(folders.id, folder.id), isNotNull(folders.deletedAt)))
        .returning();
      if (own === undefined) throw new AppError("NOT_FOUND");
      await tx.update(folders).set(back).where(eq(folders.deletedWith, folder.id));
      await restoreFilesOf(tx, workspaceId, folder.id);
      const inside = await tx
        .select({ id: documents.id })
        .from(documents)
        .where(and(eq(documents.workspaceId, workspaceId), eq(documents.deletedWith, folder.id)));
      const documentRows = await updateMeta(
        tx,
        inside.map(({ id }) => id),
        back,
        caller.userId,
        "trash",
      );
      emit({ kind: "folder.restored", subjectId: folder.id, subjectName: name });
      return { restored: own, rows: documentRows };
    },
  ).catch(mapNameConflict);
  for (const row of rows) publishMeta(services, row);
  return restored;
}
