import { documents, folders } from "@mdreader/db";
import { and, inArray, isNull, sql } from "drizzle-orm";

import type { FolderAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { deleteFilesOf } from "../../file/attachments.ts";
import { publishMeta } from "../collab/store/document-channel.ts";
import { updateMeta } from "../metadata.ts";
import { lockFolderTree } from "./find.ts";

/**
 * Moves a folder with its contents to the trash. Items that were already in the trash keep their own entries.
 * @returns The number of moved documents and folders, including the folder itself.
 */
export async function deleteFolder(
  services: Services,
  access: FolderAccess<"folder.delete">,
): Promise<{ id: string; documents: number; folders: number }> {
  const { folder, caller } = access;
  const { rows, count } = await mutateWorkspace(
    services,
    "folder.delete",
    access,
    async ({ tx, workspaceId, emit }) => {
      await lockFolderTree(tx, workspaceId);
      const below = await tx.execute<{ id: string }>(sql`
      with recursive below as (
        select id from ${folders} where id = ${folder.id} and deleted_at is null
        union all
        select f.id from ${folders} f join below on f.parent_id = below.id where f.deleted_at is null
      )
      select id from below`);
      const ids = below.map(({ id }) => id);
      if (ids.length === 0) throw new AppError("NOT_FOUND");
      const deletion = {
        deletedAt: services.clock.now().toISOString(),
        deletedBy: caller.userId,
        deletedWith: folder.id,
      };
      await tx.update(folders).set(deletion).where(inArray(folders.id, ids));
      const inside = await tx
        .select({ id: documents.id })
        .from(documents)
        .where(and(inArray(documents.folderId, ids), isNull(documents.deletedAt)));
      const deleted = await updateMeta(
        tx,
        inside.map(({ id }) => id),
        deletion,
        caller.userId,
      );
      await deleteFilesOf(tx, { folderIds: ids, documentIds: deleted.map(({ id }) => id) }, deletion);
      emit({ kind: "folder.deleted", subjectId: folder.id, subjectName: folder.name });
      return { rows: deleted, count: ids.length };
    },
  );
  for (const row of rows) publishMeta(services, row);
  return { id: folder.id, documents: rows.length, folders: count };
}
