import type { File } from "@mdreader/contract";
import { documents, files } from "@mdreader/db";
import { and, eq, isNotNull, isNull } from "drizzle-orm";

import type { FileAccess } from "../access/authorize.ts";
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import type { Services } from "../context.ts";
import { restoredColumns } from "../document/deletion-columns.ts";
import { findFolderOrRoot } from "../document/folder/find.ts";
import { AppError } from "../errors.ts";
import { moveFiles, lockFiles } from "./file-paths.ts";
import { parseFileName, toFile } from "./file.ts";

/**
 * Restores a file from the trash to its former location: to the root if its folder no longer exists, and to a free path
 * if its own is taken. It is no longer an attachment if its document does not exist.
 */
export function restoreFile(services: Services, access: FileAccess<"file.restore">): Promise<File> {
  const { file } = access;
  // Files that were deleted with a document or folder are restored with it.
  if (file.deletedWith !== file.id) throw new AppError("NOT_FOUND");
  return mutateWorkspace(services, "file.restore", access, async ({ tx, workspaceId, emit }) => {
    const folderId = await findFolderOrRoot(tx, workspaceId, file.folderId);
    await lockFiles(tx, workspaceId);
    const isThisFile = eq(files.id, file.id);
    const [row] = await tx
      .select()
      .from(files)
      .where(and(isThisFile, isNotNull(files.deletedAt)))
      .for("update");
    if (row === undefined) throw new AppError("NOT_FOUND");
    await moveFiles(tx, [row], { folderId, set: restoredColumns });
    const liveDocument =
      row.documentId === null
        ? []
        : await tx
            .select({ id: documents.id })
            .from(documents)
            .where(and(eq(documents.id, row.documentId), isNull(documents.deletedAt)));
    const [restored] = await tx
      .update(files)
      .set({ documentId: liveDocument[0]?.id ?? null })
      .where(isThisFile)
      .returning();
    if (restored === undefined) throw new AppError("INTERNAL");
    emit({ kind: "file.restored", subjectId: file.id, subjectName: parseFileName(restored.path) });
    return toFile(restored);
  });
}
