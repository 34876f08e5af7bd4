import { sql } from "drizzle-orm";

import type { WorkspaceCheck } from "../../access/resource-checks.ts";
import { firstPosition, positionCursor } from "./position.ts";
import type { FindHits, SearchResult } from "./search-result.ts";

/** The rank of documents that contain the substrings in their texts. */
const substringRank = -2;

/** The result of the function `search_documents`. */
interface Row extends Pick<SearchResult, "isStale" | "stems" | "hits"> {
  floors: string[];
  /** The document after which texts have yet to be searched for substrings; null if all have been. */
  unsearched: string | null;
}

/**
 * Searches all documents of a workspace, best match first. Postgres ranks the hits: the newest migration in
 * `packages/db/migrations` that creates the function `search_documents` has its source.
 */
export const findHits: FindHits = async (
  check,
  { cursor, limit },
  { words, identifiers, patterns, bigrams, grams, longest },
  acceptsStale,
) => {
  const { rank, id, floors } = positionCursor.decode(cursor) ?? firstPosition;
  const values = { words, identifiers, patterns, bigrams, grams, longest, rank, id, floors, acceptsStale };
  const { rows } = await check.selectPrepared("search", () => callSearchFunction(check), {
    ...values,
    most: limit + 1,
  });
  // Postgres calls the function once.
  const [found = emptyRow] = rows;
  const { unsearched } = found;
  const cursorAfter: SearchResult["cursorAfter"] = (hit) =>
    positionCursor.encode({ rank: hit.rank, id: hit.id, floors: found.floors });
  return {
    ...found,
    cursorAfter,
    restCursor: unsearched === null ? null : cursorAfter({ rank: substringRank, id: unsearched }),
  };
};

const emptyRow: Row = { isStale: false, floors: [], stems: {}, hits: [], unsearched: null };

const callSearchFunction = ({ db, subject }: WorkspaceCheck<"document.search">) =>
  db
    .select({
      isStale: sql<boolean>`found.is_stale`.as("is_stale"),
      floors: sql<Row["floors"]>`found.floors`.as("floors"),
      stems: sql<Row["stems"]>`found.stems`.as("stems"),
      hits: sql<Row["hits"]>`found.hits`.as("hits"),
      unsearched: sql<Row["unsearched"]>`found.unsearched`.as("unsearched"),
    })
    .from(
      sql`search_documents(
        ${subject.workspaceId}, ${sql.placeholder("words")}::text, ${sql.placeholder("identifiers")}::text[],
        ${sql.placeholder("patterns")}::text[], ${sql.placeholder("bigrams")}::text[],
        ${sql.placeholder("grams")}::text, ${sql.placeholder("longest")}::text, ${sql.placeholder("rank")}::integer, ${sql.placeholder("id")}::uuid,
        ${sql.placeholder("floors")}::uuid[], ${sql.placeholder("most")}::integer,
        ${sql.placeholder("acceptsStale")}::boolean
      ) as found`,
    );
