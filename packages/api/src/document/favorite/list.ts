import type { DocumentShortcut, Page } from "@mdreader/contract";
import { documentFavorites, documents } from "@mdreader/db";
import { and, asc, eq, gt, isNull, sql } from "drizzle-orm";

import type { WorkspaceCheck } from "../../access/resource-checks.ts";
import { countPreparedRows, idCursor, lowestId, type PageInput, toPage } from "../../util/pagination.ts";

/** Lists the caller's favorites in the order they were added, without documents in the trash. @throws AppError BAD_CURSOR */
export async function listFavorites(
  { db, subject, selectPrepared }: WorkspaceCheck<"favorite.list">,
  { cursor, limit }: PageInput,
): Promise<Page<DocumentShortcut>> {
  const after = idCursor.decode(cursor) ?? lowestId;
  const count = countPreparedRows(limit);
  const { rows } = await selectPrepared(
    `favorites ${count}`,
    () =>
      db
        .select({
          favoriteId: sql<string>`${documentFavorites.id}`.as("favorite_id"),
          id: documents.id,
          title: documents.title,
          folderId: documents.folderId,
        })
        .from(documentFavorites)
        .innerJoin(documents, eq(documents.id, documentFavorites.documentId))
        .where(
          and(
            eq(documentFavorites.userId, subject.userId),
            eq(documentFavorites.workspaceId, subject.workspaceId),
            isNull(documents.deletedAt),
            gt(documentFavorites.id, sql.placeholder("after")),
          ),
        )
        .orderBy(asc(documentFavorites.id))
        .limit(count),
    { after },
  );
  return toPage(
    rows,
    limit,
    ({ favoriteId }) => idCursor.encode(favoriteId),
    ({ id, title, folderId }) => ({ id, title, folderId }),
  );
}
