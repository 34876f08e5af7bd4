import type { LinkSuggestInput, LinkSuggestions } from "@mdreader/contract";
import { documentAliases, documents, documentSearch, documentSearchQueue, type Executor } from "@mdreader/db";
import { createLink, foldWikiName } from "@mdreader/markdown";
import { and, asc, desc, eq, ilike, inArray, isNull, like, ne, sql } from "drizzle-orm";
import { union } from "drizzle-orm/pg-core";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Ports } from "../../ports.ts";
import { toLikePattern } from "../../util/sql-like.ts";
import { readFolderPaths } from "../folder/paths.ts";
import { toFileName } from "./paths.ts";

/** Selects the documents whose titles match a pattern, and those that the search index lacks. */
const selectTitleCandidates = (db: Executor, workspaceId: string, pattern: string) =>
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

interface Suggestion {
  id: string;
  title: string;
  folderId: string | null;
  alias: string | null;
}

/** Suggests link targets: documents whose titles, or aliases in front matter, contain the query, earliest match first. */
export async function suggestLinks(
  { database: { db } }: Pick<Ports, "database">,
  { document }: DocumentAccess<"document.read">,
  { query, limit }: LinkSuggestInput,
): Promise<LinkSuggestions> {
  const trimmedQuery = query.trim();
  const found =
    trimmedQuery === ""
      ? await readNewestDocuments(db, document, limit)
      : await findByName(db, document, trimmedQuery, limit);
  const getFolderPath = await readFolderPaths(db, [
    document.folderId,
    ...found.map(({ folderId }) => folderId),
  ]);
  const from = getFolderPath(document.folderId);
  return {
    items: found.map(({ id, title, folderId, alias }) => ({
      id,
      title,
      alias,
      path: createLink(from, { folders: getFolderPath(folderId), file: toFileName(title) }),
    })),
  };
}

type SuggestionOrigin = DocumentAccess<"document.read">["document"];

const suggestionColumns = { id: documents.id, title: documents.title, folderId: documents.folderId };
const isOtherDocument = ({ id, workspaceId }: SuggestionOrigin) =>
  and(eq(documents.workspaceId, workspaceId), isNull(documents.deletedAt), ne(documents.id, id));

async function readNewestDocuments(
  db: Executor,
  document: SuggestionOrigin,
  limit: number,
): Promise<Suggestion[]> {
  const rows = await db
    .select(suggestionColumns)
    .from(documents)
    .where(isOtherDocument(document))
    .orderBy(desc(documents.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, alias: null }));
}

async function findByName(
  db: Executor,
  document: SuggestionOrigin,
  words: string,
  limit: number,
): Promise<Suggestion[]> {
  const { workspaceId } = document;
  const [pattern, folded] = [toLikePattern(words), foldWikiName(words)];
  const [titled, aliased] = await Promise.all([
    db
      .select(suggestionColumns)
      .from(documents)
      .where(
        and(
          inArray(documents.id, selectTitleCandidates(db, workspaceId, pattern)),
          ilike(documents.title, pattern),
          isOtherDocument(document),
        ),
      )
      .orderBy(
        sql`position(lower(${words}) in lower(${documents.title}))`,
        sql`length(${documents.title})`,
        asc(documents.id),
      )
      .limit(limit),
    db
      .select({ ...suggestionColumns, alias: documentAliases.name })
      .from(documentAliases)
      .innerJoin(documents, eq(documents.id, documentAliases.documentId))
      .where(
        and(
          // The expression of the index.
          sql`array[${documentAliases.workspaceId}] @> array[${workspaceId}::uuid]`,
          like(documentAliases.foldedName, toLikePattern(folded)),
          isOtherDocument(document),
        ),
      )
      .orderBy(
        sql`position(${folded} in ${documentAliases.foldedName})`,
        sql`length(${documentAliases.foldedName})`,
        asc(documentAliases.documentId),
      )
      .limit(limit),
  ]);
  const rank = ({ alias, title }: Suggestion) => {
    const name = alias ?? title;
    return [foldWikiName(name).indexOf(folded), name.length] as const;
  };
  const all = [...titled.map((row) => ({ ...row, alias: null })), ...aliased].toSorted((a, b) => {
    const [[at, length], [otherAt, otherLength]] = [rank(a), rank(b)];
    return at - otherAt || length - otherLength;
  });
  return [...Map.groupBy(all, ({ id }) => id).values()].flatMap(([best]) => best ?? []).slice(0, limit);
}
