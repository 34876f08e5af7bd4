import type { DocumentShortcut, Page } from "@mdreader/contract";
import { documentFavorites, documents, documentVisits } from "@mdreader/db";
import { and, asc, desc, eq, gt, isNull, lt, sql } from "drizzle-orm";

import type { WorkspaceCheck } from "../access/resource-checks.ts";
import {
  countPreparedRows,
  highestId,
  idCursor,
  lowestId,
  type PageInput,
  toPage,
} from "../util/pagination.ts";

/** The lists of documents that each member has, and the order of their entries. */
const lists = {
  favorites: { table: documentFavorites, order: asc, isAfter: gt, start: lowestId },
  visits: { table: documentVisits, order: desc, isAfter: lt, start: highestId },
} as const;

/** Lists the caller's favorites or visits, without documents in the trash. @throws AppError BAD_CURSOR */
export async function listShortcuts(
  { db, subject, selectPrepared }: WorkspaceCheck<"favorite.list" | "visit.list">,
  list: keyof typeof lists,
  { cursor, limit }: PageInput,
): Promise<Page<DocumentShortcut>> {
  const { table, order, isAfter, start } = lists[list];
  const count = countPreparedRows(limit);
  const { rows } = await selectPrepared(
    `${list} ${count}`,
    () =>
      db
        .select({
          entryId: sql<string>`${table.id}`.as("entry_id"),
          id: documents.id,
          title: documents.title,
          folderId: documents.folderId,
        })
        .from(table)
        .innerJoin(documents, eq(documents.id, table.documentId))
        .where(
          and(
            eq(table.userId, subject.userId),
            eq(table.workspaceId, subject.workspaceId),
            isNull(documents.deletedAt),
            isAfter(table.id, sql.placeholder("after")),
          ),
        )
        .orderBy(order(table.id))
        .limit(count),
    { after: idCursor.decode(cursor) ?? start },
  );
  return toPage(
    rows,
    limit,
    ({ entryId }) => idCursor.encode(entryId),
    ({ id, title, folderId }) => ({ id, title, folderId }),
  );
}
