import type { EmptyResult } from "@mdreader/contract";
import { files } from "@mdreader/db";
import { and, eq, isNotNull } from "drizzle-orm";

import type { FileAccess } from "../access/authorize.ts";
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";

/**
 * Permanently deletes a file from the trash. Its bytes no longer count, and are deleted by the next sweep if no other
 * file uses them.
 */
export function purgeFile(services: Services, access: FileAccess<"file.purge">): Promise<EmptyResult> {
  const { file } = access;
  // Files that were deleted with a document or folder are purged with it.
  if (file.deletedWith !== file.id) throw new AppError("NOT_FOUND");
  return mutateWorkspace(services, "file.purge", access, async ({ tx, emit }) => {
    const purged = await tx
      .delete(files)
      .where(and(eq(files.id, file.id), isNotNull(files.deletedAt)))
      .returning({ id: files.id });
    if (purged.length === 0) throw new AppError("NOT_FOUND");
    emit({ kind: "file.purged", subjectId: file.id });
    return { ok: true };
  });
}
