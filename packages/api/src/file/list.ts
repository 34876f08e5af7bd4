import type { File, FileListInput, Page } from "@mdreader/contract";
import { files } from "@mdreader/db";
import { and, asc, eq, getTableColumns, gt, isNull, sql } from "drizzle-orm";

import type { WorkspaceCheck } from "../access/resource-checks.ts";
import { isInFolderScope, toFolderScope } from "../document/folder/in-folder.ts";
import { countPreparedRows, idCursor, lowestId, toIdPage } from "../util/pagination.ts";
import { toFile } from "./file.ts";

/** Lists files, oldest first: of a workspace, of a folder, or the attachments of a document. */
export async function listFiles(
  check: WorkspaceCheck<"file.read">,
  { folderId, documentId, cursor, limit }: FileListInput,
): Promise<Page<File>> {
  const after = idCursor.decode(cursor) ?? lowestId;
  const scope = toFolderScope(folderId);
  const count = countPreparedRows(limit);
  const { rows } = await check.selectPrepared(
    `files ${scope} ${documentId === undefined ? "" : "of a document"} ${count}`,
    () =>
      check.db
        .select(getTableColumns(files))
        .from(files)
        .where(
          and(
            eq(files.workspaceId, check.subject.workspaceId),
            isNull(files.deletedAt),
            isInFolderScope(files.folderId, scope),
            documentId === undefined ? undefined : eq(files.documentId, sql.placeholder("documentId")),
            gt(files.id, sql.placeholder("after")),
          ),
        )
        .orderBy(asc(files.id))
        .limit(count),
    { folderId, documentId, after },
  );
  return toIdPage(rows, limit, toFile);
}
