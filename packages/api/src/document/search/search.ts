import type { Language, Page, SearchHit, SearchInput } from "@mdreader/contract";
import { toIsoTimestamp } from "@mdreader/db";
import { sql } from "drizzle-orm";

import { requireCredential } from "../../access/identity.ts";
import type { WorkspaceCheck } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import { toPage } from "../../util/pagination.ts";
import { highlight, toFragments } from "./fragments.ts";
import { createMatchFinder, type Stems } from "./match-finder.ts";
import { firstPosition, positionCursor } from "./position.ts";
import { parseTerms, type Terms } from "./terms.ts";

type SearchContext = Pick<Context, "credential" | "limiter" | "documents" | "searchIndex"> & {
  check: WorkspaceCheck<"document.search">;
};

/**
 * Searches the documents of a workspace, best match first: by words in the language of each document, then by
 * substrings, then by similar titles. One statement, which calls the function `search_documents` in Postgres; if texts
 * lag behind edits, or the index behind texts, they are written first, and it runs again.
 *
 * @throws AppError RATE_LIMITED; BAD_CURSOR; UNAVAILABLE when Postgres reaches its statement timeout.
 */
export async function searchDocuments(ctx: SearchContext, input: SearchInput): Promise<Page<SearchHit>> {
  await ctx.limiter.consume("search", searchLimit(ctx));
  const terms = parseTerms(input.query);
  let found = await findHits(ctx.check, input, terms, false);
  if (found.isStale) {
    await ctx.documents.flush(await ctx.documents.listStale(input.workspaceId));
    await ctx.searchIndex.flush(input.workspaceId);
    found = await findHits(ctx.check, input, terms, true);
  }
  const { floors, stems, hits, unsearched } = found;
  const find = createMatchFinder(terms, stems);
  const page = toPage(
    hits,
    input.limit,
    ({ rank, id }) => positionCursor.encode({ rank, id, floors }),
    ({ id, folderId, title, updatedAt, language, rank, text }) => ({
      id,
      folderId,
      title,
      updatedAt: toIsoTimestamp(updatedAt),
      highlightedTitle: highlight(title, find(title, language, rank >= 0)),
      fragments: toFragments(text, find(text, language, rank >= 0)),
    }),
  );
  if (page.nextCursor !== null || unsearched === null) return page;
  return { ...page, nextCursor: positionCursor.encode({ rank: substringRank, id: unsearched, floors }) };
}

/** The rank of documents that contain the substrings in their texts. */
const substringRank = -2;

/** A document that was found. */
interface FoundDocument {
  id: string;
  folderId: string | null;
  title: string;
  updatedAt: string;
  language: Language;
  rank: number;
  /** The text, or the part of a long text that starts a little before the first match. */
  text: string;
}

/** The result of the function `search_documents`. */
interface Found {
  /** Whether texts lag behind edits. Then nothing was searched. */
  isStale: boolean;
  floors: string[];
  stems: Stems;
  hits: FoundDocument[];
  /** The document after which texts have yet to be searched for substrings; null if all have been. */
  unsearched: string | null;
}

/** Runs the search for those who may search. One more hit than the limit shows that there is a next page. */
async function findHits(
  check: SearchContext["check"],
  { cursor, limit }: SearchInput,
  { words, identifiers, patterns, bigrams, grams, longest }: Terms,
  acceptsStale: boolean,
): Promise<Found> {
  const { rank, id, floors } = positionCursor.decode(cursor) ?? firstPosition;
  const values = { words, identifiers, patterns, bigrams, grams, longest, rank, id, floors, acceptsStale };
  const { rows } = await check.selectPrepared("search", () => selectFound(check), {
    ...values,
    most: limit + 1,
  });
  // Postgres calls the function once.
  const [found] = rows;
  return found ?? { isStale: false, floors: [], stems: {}, hits: [], unsearched: null };
}

const selectFound = ({ db, subject }: SearchContext["check"]) =>
  db
    .select({
      isStale: sql<boolean>`found.is_stale`.as("is_stale"),
      floors: sql<Found["floors"]>`found.floors`.as("floors"),
      stems: sql<Found["stems"]>`found.stems`.as("stems"),
      hits: sql<Found["hits"]>`found.hits`.as("hits"),
      unsearched: sql<Found["unsearched"]>`found.unsearched`.as("unsearched"),
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

/** Returns the rate-limit key: a user or an API key. */
function searchLimit(ctx: Pick<Context, "credential">): string {
  const credential = requireCredential(ctx);
  return credential.kind === "session"
    ? credential.userId
    : Buffer.from(credential.secretHash).toString("hex");
}
