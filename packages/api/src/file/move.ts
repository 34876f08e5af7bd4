import type { File, FileMoveInput } from "@mdreader/contract";
import { type FileRow, files, createId, type Tx } from "@mdreader/db";
import { and, eq, isNull, sql } from "drizzle-orm";

import type { FileAccess } from "../access/authorize.ts";
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import type { Services } from "../context.ts";
import { findFolder } from "../document/folder/find.ts";
import { AppError } from "../errors.ts";
import type { EmitEvent } from "../workspace/event-log.ts";
import { type FileLocation, findFileAt, findFreePath, lockFiles } from "./file-paths.ts";
import { toHex, parseFileName, toFile } from "./file.ts";

/**
 * Moves a file to another folder or path. A file at the target moves to this file's former location, or this file to a
 * free path next to it. An attachment stays in the folder of its document.
 * @throws AppError NOT_FOUND for a folder that is not in this workspace; BAD_INPUT for an attachment that would leave
 *   its document; FILE_CHANGED.
 */
export function moveFile(
  services: Services,
  access: FileAccess<"file.move">,
  { folderId, path, onConflict = "rename", expectedHash }: Omit<FileMoveInput, "id">,
): Promise<File> {
  const { file } = access;
  return mutateWorkspace(services, "file.move", access, async ({ tx, workspaceId, emit }) => {
    if (typeof folderId === "string") await findFolder(tx, workspaceId, folderId);
    await lockFiles(tx, workspaceId);
    const [row] = await tx
      .select()
      .from(files)
      .where(and(eq(files.id, file.id), isNull(files.deletedAt)))
      .for("update");
    if (row === undefined) throw new AppError("NOT_FOUND");
    if (expectedHash !== undefined && toHex(row.hash) !== expectedHash) throw new AppError("FILE_CHANGED");
    const target = {
      workspaceId,
      folderId: folderId === undefined ? row.folderId : folderId,
      path: path ?? row.path,
    };
    assertNotLeaving(row, target.folderId);
    if (onConflict === "exchange") await moveOccupant(tx, row, target, emit);
    const [moved] = await tx
      .update(files)
      .set({ ...target, path: await findFreePath(tx, target, row.id), alias: null, updatedAt: sql`now()` })
      .where(eq(files.id, row.id))
      .returning();
    if (moved === undefined) throw new AppError("INTERNAL");
    emit({ kind: "file.moved", subjectId: moved.id, subjectName: parseFileName(moved.path) });
    return toFile(moved);
  });
}

function assertNotLeaving({ documentId, folderId }: FileRow, target: string | null): void {
  if (documentId === null || target === folderId) return;
  throw new AppError("BAD_INPUT", {
    fieldErrors: { folderId: ["an attachment can't leave the folder of its document"] },
  });
}

/** Moves the file at the target to this file's former location. Meanwhile, this file has a temporary path. */
async function moveOccupant(tx: Tx, row: FileRow, target: FileLocation, emit: EmitEvent): Promise<void> {
  const other = await findFileAt(tx, target, row.id);
  if (other === null) return;
  assertNotLeaving(other, row.folderId);
  await tx.update(files).set({ path: createId() }).where(eq(files.id, row.id));
  await tx
    .update(files)
    .set({ folderId: row.folderId, path: row.path, alias: null, updatedAt: sql`now()` })
    .where(eq(files.id, other.id));
  emit({ kind: "file.moved", subjectId: other.id, subjectName: parseFileName(row.path) });
}
