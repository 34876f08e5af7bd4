import type { File, FileMoveInput } from "@mdreader/contract";
import { files } from "@mdreader/db";
import { and, eq, isNull, sql } from "drizzle-orm";

import type { FileAccess } from "../access/authorize.ts";
import { change } from "../access/change.ts";
import type { Services } from "../context.ts";
import { findFolder } from "../document/folder/find.ts";
import { AppError } from "../errors.ts";
import { nameOf, toFile } from "./file.ts";
import { freePath, holdFiles } from "./place.ts";

/**
 * Moves a file to another folder or path; to one beside it, where something lies there. An attachment stays in the folder
 * of its document.
 * @throws AppError NOT_FOUND for a folder that is not here; BAD_INPUT for an attachment that would leave its document.
 */
export function moveFile(
  services: Services,
  access: FileAccess<"file.move">,
  { folderId, path }: Omit<FileMoveInput, "id">,
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
    const goal = {
      workspaceId,
      folderId: folderId === undefined ? row.folderId : folderId,
      path: path ?? row.path,
    };
    if (row.documentId !== null && goal.folderId !== row.folderId) {
      throw new AppError("BAD_INPUT", {
        fieldErrors: { folderId: ["an attachment goes where its document goes"] },
      });
    }
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
