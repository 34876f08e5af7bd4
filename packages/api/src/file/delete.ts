import type { EmptyResult } from "@mdreader/contract";
import { files } from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

import type { FileAccess } from "../access/authorize.ts";
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import type { Services } from "../context.ts";
import { createDeletion } from "../document/deletion-columns.ts";
import { AppError } from "../errors.ts";
import { toHex, parseFileName } from "./file.ts";

/**
 * Moves a file to the trash. Its links stop working.
 * @throws AppError FILE_CHANGED when its bytes differ from the expected ones.
 */
export async function deleteFile(
  services: Services,
  access: FileAccess<"file.delete">,
  { expectedHash }: { expectedHash?: string | undefined },
): Promise<EmptyResult> {
  const { file, caller } = access;
  // A row's bytes never change: a replaced file's row moves to the trash.
  if (expectedHash !== undefined && toHex(file.hash) !== expectedHash) throw new AppError("FILE_CHANGED");
  return mutateWorkspace(services, "file.delete", access, async ({ tx, emit }) => {
    const deleted = await tx
      .update(files)
      .set(createDeletion(services, caller.userId, file.id))
      .where(and(eq(files.id, file.id), isNull(files.deletedAt)))
      .returning({ id: files.id });
    if (deleted.length === 0) throw new AppError("NOT_FOUND");
    emit({ kind: "file.deleted", subjectId: file.id, subjectName: parseFileName(file.path) });
    return { ok: true };
  });
}
