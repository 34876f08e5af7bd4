import type { Done, File } from "@mdreader/contract";
import { documents, files } from "@mdreader/db";
import { and, eq, isNotNull, isNull } from "drizzle-orm";

import type { FileAccess } from "../access/authorize.ts";
import { change } from "../access/change.ts";
import type { Services } from "../context.ts";
import { folderOrRoot } from "../document/folder/find.ts";
import { AppError } from "../errors.ts";
import { hexOf, nameOf, toFile } from "./file.ts";
import { arrive, holdFiles } from "./place.ts";

/**
 * Puts a file into the trash: its links are dead from then on.
 * @throws AppError FILE_CHANGED when it has other bytes than expected.
 */
export async function deleteFile(
  services: Services,
  access: FileAccess<"file.delete">,
  { expectedHash }: { expectedHash?: string | undefined } = {},
): Promise<Done> {
  const { file, caller } = access;
  // The bytes of a row stay the same: one that is replaced goes into the trash.
  if (expectedHash !== undefined && hexOf(file.hash) !== expectedHash) throw new AppError("FILE_CHANGED");
  return change(services, "file.delete", access, async ({ tx, record }) => {
    const deleted = await tx
      .update(files)
      .set({
        deletedAt: services.clock.now().toISOString(),
        deletedBy: caller.userId,
        deletedWith: file.id,
      })
      .where(and(eq(files.id, file.id), isNull(files.deletedAt)))
      .returning({ id: files.id });
    if (deleted.length === 0) throw new AppError("NOT_FOUND");
    record({ kind: "file.deleted", subjectId: file.id, subjectName: nameOf(file.path) });
    return { ok: true };
  });
}

/**
 * Brings a file back from the trash to where it was: to the root, if its folder is gone, and to a path beside its own, if
 * that is taken by now. It is an attachment no more, if its document is not there.
 */
export function restoreFile(services: Services, access: FileAccess<"file.restore">): Promise<File> {
  const { file } = access;
  // What went with a document or folder comes back with that one.
  if (file.deletedWith !== file.id) throw new AppError("NOT_FOUND");
  return change(services, "file.restore", access, async ({ tx, workspaceId, record }) => {
    const folderId = await folderOrRoot(tx, workspaceId, file.folderId);
    await holdFiles(tx, workspaceId);
    const mine = eq(files.id, file.id);
    const [row] = await tx
      .select()
      .from(files)
      .where(and(mine, isNotNull(files.deletedAt)))
      .for("update");
    if (row === undefined) throw new AppError("NOT_FOUND");
    await arrive(tx, [row], { folderId, set: { deletedAt: null, deletedBy: null, deletedWith: null } });
    const ownDocument =
      row.documentId === null
        ? []
        : await tx
            .select({ id: documents.id })
            .from(documents)
            .where(and(eq(documents.id, row.documentId), isNull(documents.deletedAt)));
    const [restored] = await tx
      .update(files)
      .set({ documentId: ownDocument[0]?.id ?? null })
      .where(mine)
      .returning();
    if (restored === undefined) throw new AppError("INTERNAL");
    record({ kind: "file.restored", subjectId: file.id, subjectName: nameOf(restored.path) });
    return toFile(restored);
  });
}

/**
 * Removes a file from the trash for good. Its bytes go at the next sweep, if no other file has them, and until then count
 * no more.
 */
export function purgeFile(services: Services, access: FileAccess<"file.purge">): Promise<Done> {
  const { file } = access;
  // What went with a document or folder goes with that one.
  if (file.deletedWith !== file.id) throw new AppError("NOT_FOUND");
  return change(services, "file.purge", access, async ({ tx, record }) => {
    const purged = await tx
      .delete(files)
      .where(and(eq(files.id, file.id), isNotNull(files.deletedAt)))
      .returning({ id: files.id });
    if (purged.length === 0) throw new AppError("NOT_FOUND");
    record({ kind: "file.purged", subjectId: file.id });
    return { ok: true };
  });
}
