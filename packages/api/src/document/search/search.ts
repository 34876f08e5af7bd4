import type { Page, SearchHit, SearchInput } from "@mdreader/contract";
import { documents } from "@mdreader/db";
import { desc, sql } from "drizzle-orm";

import { presented, type WorkspaceGate } from "../../access/gate.ts";
import type { Context } from "../../context.ts";
import { pageOfRows } from "../../pagination.ts";
import { fragmentsOf, highlight, markedRanges, type Range, rangesOf } from "./fragments.ts";
import { type Position, positionCursor, start } from "./position.ts";
import { hits } from "./statement.ts";
import { type Terms, termsOf } from "./terms.ts";

/**
 * The documents of a workspace that match a query, best first: by words in the language of each document, then by what
 * occurs anywhere in the text. In one statement, whatever the query is, once the texts have all that is acknowledged.
 *
 * @throws AppError RATE_LIMITED; BAD_CURSOR; UNAVAILABLE, where Postgres gives up after its statement time-out.
 */
export async function searchDocuments(
  ctx: Pick<Context, "credential" | "limiter" | "documents"> & { gate: WorkspaceGate<"document.search"> },
  { workspaceId: id, query, cursor, limit }: SearchInput,
): Promise<Page<SearchHit>> {
  await ctx.limiter.consume("search", limitedBy(ctx));
  await catchUp(ctx, id);
  const { db, scope } = ctx.gate;
  const from = positionCursor.decode(cursor) ?? start;
  const terms = termsOf(query);
  // Without a role there is nothing to look through.
  const workspaceId = sql`case when ${scope.role} is not null then ${scope.workspaceId} end`;
  const found = hits({ workspaceId, from, limit: limit + 1, query, terms });
  const { rows } = await ctx.gate.read(
    db
      .select(columns)
      .from(documents)
      .innerJoin(sql`(${found}) as hit`, sql`hit.id = ${documents.id}`)
      .orderBy(sql`hit.rank desc`, desc(documents.id)),
  );
  return pageOfRows(rows, limit, (row) => positionCursor.encode(positionOf(row)), toHit(terms));
}

/** Has the texts written that live edits have gone ahead of. A stranger makes nobody do that. */
async function catchUp(
  { documents: live, gate }: Pick<Context, "documents"> & { gate: WorkspaceGate<"document.search"> },
  workspaceId: string,
): Promise<void> {
  const lagging = await live.lagging(workspaceId);
  if (lagging.length === 0) return;
  await gate.pass();
  await live.settle(lagging);
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

const positionOf = ({ rank, id, floorInTitle, floorId }: Row): Position => ({
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
    highlightedTitle: highlight(title, matchesIn(title, markedTitle, terms)),
    fragments: fragmentsOf(text, matchesIn(text, markedText, terms)),
  });

/** Postgres has marked where the words match; terms are found again. */
function matchesIn(text: string, marked: string | null, terms: Terms | null): Range[] {
  if (marked !== null) return markedRanges(text, marked);
  return terms === null ? [] : rangesOf(text, terms.expression);
}

/** Whom searches are counted for: a person or a key. */
function limitedBy(ctx: Pick<Context, "credential">): string {
  const credential = presented(ctx);
  return credential.kind === "session"
    ? credential.userId
    : Buffer.from(credential.secretHash).toString("hex");
}
