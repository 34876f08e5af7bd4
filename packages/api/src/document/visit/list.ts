import type { DocumentShortcut, Page } from "@mdreader/contract";
import { documents, documentVisits } from "@mdreader/db";
import { and, desc, eq, isNull, lt, sql } from "drizzle-orm";

import type { WorkspaceCheck } from "../../access/resource-checks.ts";
import { countPreparedRows, highestId, idCursor, type PageInput, toPage } from "../../util/pagination.ts";

/** Lists the documents that the caller opened, latest first, without documents in the trash. @throws AppError BAD_CURSOR */
export async function listVisits(
  { db, subject, selectPrepared }: WorkspaceCheck<"visit.list">,
  { cursor, limit }: PageInput,
): Promise<Page<DocumentShortcut>> {
  const after = idCursor.decode(cursor) ?? highestId;
  const count = countPreparedRows(limit);
  const { rows } = await selectPrepared(
    `visits ${count}`,
    () =>
      db
        .select({
          visitId: sql<string>`${documentVisits.id}`.as("visit_id"),
          id: documents.id,
          title: documents.title,
          folderId: documents.folderId,
        })
        .from(documentVisits)
        .innerJoin(documents, eq(documents.id, documentVisits.documentId))
        .where(
          and(
            eq(documentVisits.userId, subject.userId),
            eq(documentVisits.workspaceId, subject.workspaceId),
            isNull(documents.deletedAt),
            lt(documentVisits.id, sql.placeholder("after")),
          ),
        )
        .orderBy(desc(documentVisits.id))
        .limit(count),
    { after },
  );
  return toPage(
    rows,
    limit,
    ({ visitId }) => idCursor.encode(visitId),
    ({ id, title, folderId }) => ({ id, title, folderId }),
  );
}
