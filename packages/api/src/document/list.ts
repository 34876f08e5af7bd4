import type { DocumentListInput, DocumentSummary, Page } from "@mdreader/contract";
import { documents, toIsoTimestamp } from "@mdreader/db";
import { and, asc, isNull, lte, sql } from "drizzle-orm";

import type { WorkspaceCheck } from "../access/resource-checks.ts";
import type { Services } from "../context.ts";
import { selectAsJson, selectNamed } from "../util/json-rows.ts";
import { countPreparedRows, idCursor, lowestId, toIdPage } from "../util/pagination.ts";
import { withDamageFallback } from "./collab/store/damage.ts";
import { countBytes } from "./collab/store/live-document.ts";
import { summaryColumns } from "./columns.ts";
import { type FolderScope, isInFolderScope, toFolderScope } from "./folder/in-folder.ts";

const listColumns = { ...summaryColumns, contentVersion: documents.contentVersion };
type ListedRow = Pick<typeof documents.$inferSelect, keyof typeof listColumns>;

/** Lists the documents of a workspace, oldest first: of all folders, of one, or of the root for null. */
export async function listDocuments(
  { documents: store }: Pick<Services, "documents">,
  check: WorkspaceCheck<"document.read">,
  { folderId, cursor, limit }: DocumentListInput,
): Promise<Page<DocumentSummary>> {
  const scope = toFolderScope(folderId);
  const parameters = { folderId, after: idCursor.decode(cursor) ?? lowestId };
  const count = countPreparedRows(limit);
  const { rows } = await check.selectPrepared(
    `list ${scope} ${count}`,
    () => selectPage(check, scope, count),
    parameters,
  );
  // If live edits are newer than the row's text, the size comes from the log.
  const currentRows = (rows[0]?.items ?? []).map(async (row) => {
    if (row.contentVersion === row.version) return row;
    const current = store.read(row.id, (document) => ({
      size: countBytes(document),
      version: document.version,
    }));
    return { ...row, ...(await withDamageFallback(current, {})) };
  });
  return toIdPage(await Promise.all(currentRows), limit, toSummary);
}

/**
 * Selects a page as one JSON value. The workspace is part of the order: otherwise Postgres may read the documents of all
 * workspaces by their IDs.
 */
function selectPage({ db, subject }: WorkspaceCheck<"document.read">, scope: FolderScope, count: number) {
  const ordered = db
    .select(selectNamed(listColumns))
    .from(documents)
    .where(
      and(
        sql`(${documents.workspaceId}, ${documents.id}) > (${subject.workspaceId}, ${sql.placeholder("after")}::uuid)`,
        lte(documents.workspaceId, subject.workspaceId),
        isNull(documents.deletedAt),
        isInFolderScope(documents.folderId, scope),
      ),
    )
    .orderBy(asc(documents.workspaceId), asc(documents.id))
    .limit(count);
  return selectAsJson<ListedRow>(db, ordered);
}

/** Removes the column that tells whether the row's text is current. */
const toSummary = ({ contentVersion: _contentVersion, ...row }: ListedRow): DocumentSummary => ({
  ...row,
  createdAt: toIsoTimestamp(row.createdAt),
  updatedAt: toIsoTimestamp(row.updatedAt),
  deletedAt: row.deletedAt && toIsoTimestamp(row.deletedAt),
});
