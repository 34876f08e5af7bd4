import { documents, files, folders } from "@mdreader/db";
import { and, eq, isNull, notExists, sql } from "drizzle-orm";
import { alias, type PgColumn } from "drizzle-orm/pg-core";

import type { FolderAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { createDeletion } from "../deletion-columns.ts";
import { lockFolderTree, assertContentsSettled } from "./find.ts";

const child = alias(folders, "child");

/**
 * Moves a folder to the trash if it has no folders, documents or files. Concurrent additions lock its row, so this
 * waits for them.
 *
 * @throws AppError FOLDER_NOT_EMPTY; UNAVAILABLE while its contents are still being restored.
 */
export function deleteEmptyFolder(
  services: Services,
  access: FolderAccess<"folder.delete">,
): Promise<{ id: string; documents: number; folders: number }> {
  const { folder, caller } = access;
  return mutateWorkspace(services, "folder.delete", access, async ({ tx, workspaceId, emit }) => {
    await lockFolderTree(tx, workspaceId);
    await assertContentsSettled(tx, folder.id);
    const isActive = and(eq(folders.id, folder.id), isNull(folders.deletedAt));
    // Locked first, because a statement that waits for a row sees all other rows as of before the wait.
    const locked = await tx.select({ id: folders.id }).from(folders).where(isActive).for("update");
    if (locked.length === 0) throw new AppError("NOT_FOUND");
    const hasNone = (table: typeof child | typeof documents | typeof files, folderId: PgColumn) =>
      notExists(
        tx
          .select({ one: sql`1` })
          .from(table)
          .where(and(eq(folderId, folder.id), isNull(table.deletedAt))),
      );
    const deleted = await tx
      .update(folders)
      .set(createDeletion(services, caller.userId, folder.id))
      .where(
        and(
          isActive,
          hasNone(child, child.parentId),
          hasNone(documents, documents.folderId),
          hasNone(files, files.folderId),
        ),
      )
      .returning({ id: folders.id });
    if (deleted.length === 0) throw new AppError("FOLDER_NOT_EMPTY");
    emit({ kind: "folder.deleted", subjectId: folder.id, subjectName: folder.name });
    return { id: folder.id, documents: 0, folders: 1 };
  });
}
