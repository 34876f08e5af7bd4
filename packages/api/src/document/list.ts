import type { DocumentListInput, DocumentSummary, Page } from "@mdreader/contract";
import { documents, toIsoTimestamp } from "@mdreader/db";
import { and, asc, eq, isNull, lte, sql } from "drizzle-orm";

import type { WorkspaceCheck } from "../access/resource-checks.ts";
import type { Services } from "../context.ts";
import { selectAsJson, selectNamed } from "../util/json-rows.ts";
import { countPreparedRows, idCursor, lowestId, toIdPage } from "../util/pagination.ts";
import { withDamageFallback } from "./collab/store/damage.ts";
import { countBytes } from "./collab/store/live-document.ts";
import { summaryColumns } from "./columns.ts";

const columns = { ...summaryColumns, contentVersion: documents.contentVersion };
type Row = Pick<typeof documents.$inferSelect, keyof typeof columns>;

/** Lists the documents of a workspace, oldest first: of all folders, of one, or of the root for null. */
export async function listDocuments(
  { documents: live }: Pick<Services, "documents">,
  check: WorkspaceCheck<"document.read">,
  { folderId, cursor, limit }: DocumentListInput,
): Promise<Page<DocumentSummary>> {
  const scope = folderId === undefined ? "all" : folderId === null ? "root" : "folder";
  const parameters = { folderId, after: idCursor.decode(cursor) ?? lowestId };
  const count = countPreparedRows(limit);
  const { rows } = await check.selectPrepared(
    `list ${scope} ${count}`,
    () => selectPage(check, scope, count),
    parameters,
  );
  const found = rows[0]?.items ?? [];
  // If live edits are newer than the row's text, the size comes from the log.
  const exact = found.map(async (row) => {
    if (row.contentVersion === row.version) return row;
    const exactly = live.read(row.id, (one) => ({ size: countBytes(one), version: one.version }));
    return { ...row, ...(await withDamageFallback(exactly, {})) };
  });
  return toIdPage(await Promise.all(exact), limit, toSummary);
}

/**
 * Selects a page as one JSON value. The workspace is part of the order: otherwise Postgres may read the documents of all
 * workspaces by their IDs.
 */
function selectPage(
  { db, subject }: WorkspaceCheck<"document.read">,
  scope: "all" | "root" | "folder",
  count: number,
) {
  const folder = {
    all: undefined,
    root: isNull(documents.folderId),
    folder: eq(documents.folderId, sql.placeholder("folderId")),
  };
  const ordered = db
    .select(selectNamed(columns))
    .from(documents)
    .where(
      and(
        sql`(${documents.workspaceId}, ${documents.id}) > (${subject.workspaceId}, ${sql.placeholder("after")}::uuid)`,
        lte(documents.workspaceId, subject.workspaceId),
        isNull(documents.deletedAt),
        folder[scope],
      ),
    )
    .orderBy(asc(documents.workspaceId), asc(documents.id))
    .limit(count);
  return selectAsJson<Row>(db, ordered);
}

/** The row's only other column says whether its text is current. */
const toSummary = ({ contentVersion: _contentVersion, ...row }: Row): DocumentSummary => ({
  ...row,
  createdAt: toIsoTimestamp(row.createdAt),
  updatedAt: toIsoTimestamp(row.updatedAt),
  deletedAt: row.deletedAt && toIsoTimestamp(row.deletedAt),
});
