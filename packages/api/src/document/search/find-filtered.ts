import type { SearchInput } from "@mdreader/contract";
import { sql } from "drizzle-orm";

import type { WorkspaceCheck } from "../../access/resource-checks.ts";
import { AppError } from "../../errors.ts";
import { lowestId, startWindow, windowCursor } from "./position.ts";
import type { FindHits, SearchResult } from "./search-result.ts";

/** Whether a search has filters or an order that `findHits` does not have. */
export const isFiltered = ({ folderId, authorId, changedSince, changedBefore, sort }: SearchInput): boolean =>
  sort !== "relevance" ||
  [folderId, authorId, changedSince, changedBefore].some((value) => value !== undefined);

/** The result of the function `search_filtered_documents`. */
interface Row extends Pick<SearchResult, "isStale" | "stems" | "hits"> {
  /** Whether the workspace does not have the folder. Nothing was searched in that case. */
  isForeign: boolean;
  floor: string;
}

/**
 * Searches the documents that match the filters, window by window.
 *
 * @throws AppError NOT_FOUND when the workspace does not have the folder.
 */
export const findFiltered: FindHits = async (
  check,
  { cursor, limit, folderId = null, authorId = null, changedSince = null, changedBefore = null, sort },
  { words, identifiers, patterns, bigrams, grams, longest },
  acceptsStale,
) => {
  const position = windowCursor.decode(cursor) ?? startWindow();
  const { rows } = await check.selectPrepared("search filtered", () => callSearchFunction(check), {
    words,
    identifiers,
    patterns,
    bigrams,
    grams,
    longest,
    folderId,
    authorId,
    changedSince,
    changedBefore,
    isNewestFirst: sort === "newest",
    ...position,
    most: limit + 1,
    acceptsStale,
  });
  const [found = emptyRow] = rows;
  if (found.isForeign) throw new AppError("NOT_FOUND");
  const { ceiling } = position;
  const { floor } = found;
  return {
    ...found,
    cursorAfter: ({ rank, id }) => windowCursor.encode({ rank, id, ceiling, floor }),
    restCursor: floor === lowestId ? null : windowCursor.encode(startWindow(floor)),
  };
};

const emptyRow: Row = { isStale: false, isForeign: false, floor: lowestId, stems: {}, hits: [] };

const callSearchFunction = ({ db, subject }: WorkspaceCheck<"document.search">) =>
  db
    .select({
      isStale: sql<boolean>`found.is_stale`.as("is_stale"),
      isForeign: sql<boolean>`found.is_foreign`.as("is_foreign"),
      floor: sql<Row["floor"]>`found.floor`.as("floor"),
      stems: sql<Row["stems"]>`found.stems`.as("stems"),
      hits: sql<Row["hits"]>`found.hits`.as("hits"),
    })
    .from(
      sql`search_filtered_documents(
        ${subject.workspaceId}, ${sql.placeholder("words")}::text, ${sql.placeholder("identifiers")}::text[],
        ${sql.placeholder("patterns")}::text[], ${sql.placeholder("bigrams")}::text[],
        ${sql.placeholder("grams")}::text, ${sql.placeholder("longest")}::text,
        ${sql.placeholder("folderId")}::uuid, ${sql.placeholder("authorId")}::uuid,
        ${sql.placeholder("changedSince")}::timestamptz, ${sql.placeholder("changedBefore")}::timestamptz,
        ${sql.placeholder("isNewestFirst")}::boolean, ${sql.placeholder("rank")}::integer, ${sql.placeholder("id")}::uuid,
        ${sql.placeholder("ceiling")}::uuid, ${sql.placeholder("floor")}::uuid, ${sql.placeholder("most")}::integer,
        ${sql.placeholder("acceptsStale")}::boolean
      ) as found`,
    );
