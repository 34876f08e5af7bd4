import type { File, FileLinks, FileListInput, Page } from "@mdreader/contract";
import { type FileRow, files } from "@mdreader/db";
import { and, asc, eq, getTableColumns, gt, isNull } from "drizzle-orm";

import type { FileAccess } from "../access/authorize.ts";
import { checkResource, type WorkspaceCheck } from "../access/resource-checks.ts";
import type { Context } from "../context.ts";
import { inFolder } from "../document/folder/in-folder.ts";
import { idCursor, toPage } from "../util/pagination.ts";
import { withTimeout } from "../util/timeout.ts";
import { createFileLinks, toFile } from "./file.ts";

/** Lists files, oldest first: of a workspace, of a folder, or the attachments of a document. */
export async function listFiles(
  check: WorkspaceCheck<"file.read">,
  { folderId, documentId, cursor, limit }: FileListInput,
): Promise<Page<File>> {
  const after = idCursor.decode(cursor);
  const { rows } = await check.select(
    check.db
      .select(getTableColumns(files))
      .from(files)
      .where(
        and(
          eq(files.workspaceId, check.subject.workspaceId),
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

/**
 * Creates URLs of a file for the caller. They are valid while the caller may read the file, and for a few minutes at
 * most.
 */
export function createDownloadUrls(ctx: Context, { file }: FileAccess<"file.read">): Promise<FileLinks> {
  return createFileLinks(ctx, file);
}

/** Finds the file of a download request. @throws AppError as the access check. */
export async function findFileToSend(ctx: Context, id: string): Promise<FileRow> {
  const { file } = await withTimeout(
    checkResource(ctx, "file", "file.read", id).require(),
    ctx.settings.callTimeout,
  );
  return file;
}
