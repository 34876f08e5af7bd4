import type { File, FileListInput, Page } from "@mdreader/contract";
import { files } from "@mdreader/db";
import { and, asc, eq, getTableColumns, gt, isNull } from "drizzle-orm";

import type { WorkspaceCheck } from "../access/resource-checks.ts";
import { inFolder } from "../document/folder/in-folder.ts";
import { idCursor, toIdPage } from "../util/pagination.ts";
import { toFile } from "./file.ts";

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
  return toIdPage(rows, limit, toFile);
}
