import type { Page, SearchHit, SearchInput } from "@mdreader/contract";
import { documents } from "@mdreader/db";
import { desc, sql } from "drizzle-orm";

import { requireCredential } from "../../access/identity.ts";
import type { WorkspaceCheck } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import { toPage } from "../../util/pagination.ts";
import { toFragments, highlight, parseMarkedRanges, type Range, findRanges } from "./fragments.ts";
import { type Position, positionCursor, firstPosition } from "./position.ts";
import { selectHits } from "./statement.ts";
import { type Terms, parseTerms } from "./terms.ts";

/**
 * Searches the documents of a workspace, best match first: by words in the language of each document, then by
 * substrings. Flushes pending edits first, and then runs one statement.
 *
 * @throws AppError RATE_LIMITED; BAD_CURSOR; UNAVAILABLE when Postgres reaches its statement timeout.
 */
export async function searchDocuments(
  ctx: Pick<Context, "credential" | "limiter" | "documents"> & { check: WorkspaceCheck<"document.search"> },
  { workspaceId: id, query, cursor, limit }: SearchInput,
): Promise<Page<SearchHit>> {
  await ctx.limiter.consume("search", searchLimit(ctx));
  await flushStaleTexts(ctx, id);
  const { db, subject } = ctx.check;
  const from = positionCursor.decode(cursor) ?? firstPosition;
  const terms = parseTerms(query);
  // Without a role, the search finds nothing.
  const workspaceId = sql`case when ${subject.role} is not null then ${subject.workspaceId} end`;
  const found = selectHits({ workspaceId, from, limit: limit + 1, query, terms });
  const { rows } = await ctx.check.select(
    db
      .select(columns)
      .from(documents)
      .innerJoin(sql`(${found}) as hit`, sql`hit.id = ${documents.id}`)
      .orderBy(sql`hit.rank desc`, desc(documents.id)),
  );
  return toPage(rows, limit, (row) => positionCursor.encode(toPosition(row)), toHit(terms));
}

/** Writes texts that lag behind live edits. Requires access first, so that strangers cause no work. */
async function flushStaleTexts(
  { documents: live, check }: Pick<Context, "documents"> & { check: WorkspaceCheck<"document.search"> },
  workspaceId: string,
): Promise<void> {
  const lagging = await live.listStale(workspaceId);
  if (lagging.length === 0) return;
  await check.require();
  await live.flush(lagging);
}

const columns = {
  id: documents.id,
  folderId: documents.folderId,
  title: documents.title,
  updatedAt: documents.updatedAt,
  rank: sql<number>`hit.rank`.as("rank"),
  text: sql<string>`hit.text`.as("text"),
  markedTitle: sql<string | null>`hit.marked_title`.as("marked_title"),
  markedText: sql<string | null>`hit.marked_text`.as("marked_text"),
  floorInTitle: sql<boolean>`hit.floor_in_title`.as("floor_in_title"),
  floorId: sql<string>`hit.floor_id`.as("floor_id"),
};

interface Row {
  id: string;
  folderId: string | null;
  title: string;
  updatedAt: string;
  rank: number;
  text: string;
  markedTitle: string | null;
  markedText: string | null;
  floorInTitle: boolean;
  floorId: string;
}

const toPosition = ({ rank, id, floorInTitle, floorId }: Row): Position => ({
  rank,
  id,
  floor: { inTitle: floorInTitle, id: floorId },
});

const toHit =
  (terms: Terms | null) =>
  ({ id, folderId, title, updatedAt, text, markedTitle, markedText }: Row): SearchHit => ({
    id,
    folderId,
    title,
    updatedAt,
    highlightedTitle: highlight(title, countMatches(title, markedTitle, terms)),
    fragments: toFragments(text, countMatches(text, markedText, terms)),
  });

/** Counts the matches. Postgres marked the words; terms are searched again. */
function countMatches(text: string, marked: string | null, terms: Terms | null): Range[] {
  if (marked !== null) return parseMarkedRanges(text, marked);
  return terms === null ? [] : findRanges(text, terms.expression);
}

/** Returns the rate-limit key: a user or an API key. */
function searchLimit(ctx: Pick<Context, "credential">): string {
  const credential = requireCredential(ctx);
  return credential.kind === "session"
    ? credential.userId
    : Buffer.from(credential.secretHash).toString("hex");
}
