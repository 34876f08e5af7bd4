import type { File, FileMoveInput } from "@mdreader/contract";
import { type FileRow, files, newId, type Tx } from "@mdreader/db";
import { and, eq, isNull, sql } from "drizzle-orm";

import type { FileAccess } from "../access/authorize.ts";
import { change } from "../access/change.ts";
import type { Recorder } from "../access/events.ts";
import type { Services } from "../context.ts";
import { findFolder } from "../document/folder/find.ts";
import { AppError } from "../errors.ts";
import { hexOf, nameOf, toFile } from "./file.ts";
import { type FilePlace, fileAt, freePath, holdFiles } from "./place.ts";

/**
 * Moves a file to another folder or path. What lies there goes to where this one was, or this one to a path beside it. An
 * attachment stays in the folder of its document.
 * @throws AppError NOT_FOUND for a folder that is not here; BAD_INPUT for an attachment that would leave its document;
 *   FILE_CHANGED.
 */
export function moveFile(
  services: Services,
  access: FileAccess<"file.move">,
  { folderId, path, onConflict = "rename", expectedHash }: Omit<FileMoveInput, "id">,
): Promise<File> {
  const { file } = access;
  return change(services, "file.move", access, async ({ tx, workspaceId, record }) => {
    if (typeof folderId === "string") await findFolder(tx, workspaceId, folderId);
    await holdFiles(tx, workspaceId);
    const [row] = await tx
      .select()
      .from(files)
      .where(and(eq(files.id, file.id), isNull(files.deletedAt)))
      .for("update");
    if (row === undefined) throw new AppError("NOT_FOUND");
    if (expectedHash !== undefined && hexOf(row.hash) !== expectedHash) throw new AppError("FILE_CHANGED");
    const goal = {
      workspaceId,
      folderId: folderId === undefined ? row.folderId : folderId,
      path: path ?? row.path,
    };
    refuseLeaving(row, goal.folderId);
    if (onConflict === "exchange") await makeRoom(tx, row, goal, record);
    const [moved] = await tx
      .update(files)
      .set({ ...goal, path: await freePath(tx, goal, row.id), alias: null, updatedAt: sql`now()` })
      .where(eq(files.id, row.id))
      .returning();
    if (moved === undefined) throw new AppError("INTERNAL");
    record({ kind: "file.moved", subjectId: moved.id, subjectName: nameOf(moved.path) });
    return toFile(moved);
  });
}

function refuseLeaving({ documentId, folderId }: FileRow, goal: string | null): void {
  if (documentId === null || goal === folderId) return;
  throw new AppError("BAD_INPUT", {
    fieldErrors: { folderId: ["an attachment goes where its document goes"] },
  });
}

/** Puts what lies at a file's goal to where that file is, which steps aside for the moment. */
async function makeRoom(tx: Tx, row: FileRow, goal: FilePlace, record: Recorder): Promise<void> {
  const other = await fileAt(tx, goal, row.id);
  if (other === null) return;
  refuseLeaving(other, row.folderId);
  await tx.update(files).set({ path: newId() }).where(eq(files.id, row.id));
  await tx
    .update(files)
    .set({ folderId: row.folderId, path: row.path, alias: null, updatedAt: sql`now()` })
    .where(eq(files.id, other.id));
  record({ kind: "file.moved", subjectId: other.id, subjectName: nameOf(row.path) });
}
