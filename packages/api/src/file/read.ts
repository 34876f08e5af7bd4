import type { File, FileLinks, FileListInput, Page } from "@mdreader/contract";
import { type FileRow, files } from "@mdreader/db";
import { and, asc, eq, getTableColumns, gt, isNull } from "drizzle-orm";

import type { FileAccess } from "../access/authorize.ts";
import { checkFile, type WorkspaceCheck } from "../access/resource-checks.ts";
import type { Context } from "../context.ts";
import { inFolder } from "../document/folder/in-folder.ts";
import { idCursor, toPage } from "../util/pagination.ts";
import { withTimeout } from "../util/timeout.ts";
import { createFileLinks, toFile } from "./file.ts";

/** The files of a workspace, oldest first: of all of it, of a folder, or the attachments of a document. */
export async function listFiles(
  gate: WorkspaceCheck<"file.read">,
  { folderId, documentId, cursor, limit }: FileListInput,
): Promise<Page<File>> {
  const after = idCursor.decode(cursor);
  const { rows } = await gate.select(
    gate.db
      .select(getTableColumns(files))
      .from(files)
      .where(
        and(
          eq(files.workspaceId, gate.subject.workspaceId),
          isNull(files.deletedAt),
          folderId === undefined ? undefined : inFolder(files.folderId, folderId),
          documentId === undefined ? undefined : eq(files.documentId, documentId),
          after === null ? undefined : gt(files.id, after),
        ),
      )
      .orderBy(asc(files.id))
      .limit(limit + 1),
  );
  return toPage(rows, limit, ({ id }) => idCursor.encode(id), toFile);
}

/** Addresses of a file for the caller, for as long as they may read it, and a few minutes at most. */
export function createDownloadUrls(ctx: Context, { file }: FileAccess<"file.read">): Promise<FileLinks> {
  return createFileLinks(ctx, file);
}

/** The file that someone is sent. @throws AppError as the check does. */
export async function findFileToSend(ctx: Context, id: string): Promise<FileRow> {
  const { file } = await withTimeout(checkFile(ctx, "file.read", id).require(), ctx.settings.callTimeout);
  return file;
}
