import type { LinkSuggestInput, LinkSuggestions } from "@mdreader/contract";
import { documents, documentSearch, documentSearchQueue, type Executor } from "@mdreader/db";
import { createLink } from "@mdreader/markdown";
import { and, asc, desc, eq, ilike, inArray, isNull, ne, sql } from "drizzle-orm";
import { union } from "drizzle-orm/pg-core";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Ports } from "../../ports.ts";
import { toLikePattern } from "../../util/sql-like.ts";
import { readFolderPaths } from "../folder/paths.ts";
import { toFileName } from "./paths.ts";

/** Selects the documents whose titles match a pattern, and those that the search index lacks. */
const selectMaybeTitled = (db: Executor, workspaceId: string, pattern: string) =>
  union(
    db
      .select({ id: documentSearch.documentId })
      .from(documentSearch)
      // The expressions of the search index.
      .where(
        and(
          sql`array[${documentSearch.workspaceId}] @> array[${workspaceId}::uuid]`,
          sql`search_costly(${documentSearch.title}) ilike ${pattern}`,
        ),
      ),
    db
      .select({ id: documentSearchQueue.documentId })
      .from(documentSearchQueue)
      .where(eq(documentSearchQueue.workspaceId, workspaceId)),
  );

/** Suggests link targets: documents whose titles contain the query, earliest match first. */
export async function suggestLinks(
  { database: { db } }: Pick<Ports, "database">,
  { document }: DocumentAccess<"document.read">,
  { query, limit }: LinkSuggestInput,
): Promise<LinkSuggestions> {
  const words = query.trim();
  const { workspaceId } = document;
  const isOther = and(isNull(documents.deletedAt), ne(documents.id, document.id));
  const select = db
    .select({ id: documents.id, title: documents.title, folderId: documents.folderId })
    .from(documents);
  const found = await (words === ""
    ? select
        .where(and(eq(documents.workspaceId, workspaceId), isOther))
        .orderBy(desc(documents.id))
        .limit(limit)
    : select
        .where(
          and(
            eq(documents.workspaceId, workspaceId),
            inArray(documents.id, selectMaybeTitled(db, workspaceId, toLikePattern(words))),
            ilike(documents.title, toLikePattern(words)),
            isOther,
          ),
        )
        .orderBy(
          sql`position(lower(${words}) in lower(${documents.title}))`,
          sql`length(${documents.title})`,
          asc(documents.id),
        )
        .limit(limit));
  const pathOf = await readFolderPaths(db, [document.folderId, ...found.map(({ folderId }) => folderId)]);
  const from = pathOf(document.folderId);
  return {
    items: found.map(({ id, title, folderId }) => ({
      id,
      title,
      path: createLink(from, { folders: pathOf(folderId), file: toFileName(title) }),
    })),
  };
}
