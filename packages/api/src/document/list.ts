import type { DocumentListInput, DocumentSummary, Page } from "@mdreader/contract";
import { documents } from "@mdreader/db";
import { and, asc, eq, gt, isNull } from "drizzle-orm";

import type { WorkspaceCheck } from "../access/resource-checks.ts";
import type { Services } from "../context.ts";
import { idCursor, toPage } from "../util/pagination.ts";
import { withDamageFallback } from "./collab/store/damage.ts";
import { countBytes } from "./collab/store/live-document.ts";
import { summaryColumns } from "./columns.ts";
import { inFolder } from "./folder/in-folder.ts";

/** Lists the documents of a workspace, oldest first: of all folders, of one, or of the root for null. */
export async function listDocuments(
  { documents: live }: Pick<Services, "documents">,
  check: WorkspaceCheck<"document.read">,
  { folderId, cursor, limit }: DocumentListInput,
): Promise<Page<DocumentSummary>> {
  const after = idCursor.decode(cursor);
  const { rows } = await check.select(
    check.db
      .select({ ...summaryColumns, contentVersion: documents.contentVersion })
      .from(documents)
      .where(
        and(
          eq(documents.workspaceId, check.subject.workspaceId),
          isNull(documents.deletedAt),
          folderId === undefined ? undefined : inFolder(documents.folderId, folderId),
          after === null ? undefined : gt(documents.id, after),
        ),
      )
      .orderBy(asc(documents.id))
      .limit(limit + 1),
  );
  // If live edits are newer than the row's text, the size comes from the log.
  const exact = rows.map(async (row) => {
    if (row.contentVersion === row.version) return row;
    const exactly = live.read(row.id, (one) => ({ size: countBytes(one), version: one.version }));
    return { ...row, ...(await withDamageFallback(exactly, {})) };
  });
  return toPage(
    await Promise.all(exact),
    limit,
    ({ id }) => idCursor.encode(id),
    (row) => row,
  );
}
