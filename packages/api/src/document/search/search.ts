import type { Page, SearchHit, SearchInput } from "@mdreader/contract";
import { toIsoTimestamp } from "@mdreader/db";

import { requireCredential } from "../../access/identity.ts";
import type { WorkspaceCheck } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import { toPage } from "../../util/pagination.ts";
import { toExcerpts } from "./excerpts.ts";
import { findFiltered, isFiltered } from "./find-filtered.ts";
import { findHits } from "./find-hits.ts";
import { highlight, toFragments } from "./fragments.ts";
import { createMatchFinder } from "./match-finder.ts";
import { parseTerms } from "./terms.ts";

type SearchContext = Pick<Context, "credential" | "limiter" | "documents" | "searchIndex"> & {
  check: WorkspaceCheck<"document.search">;
};

/**
 * Searches the documents of a workspace, best match first: by words in the language of each document, then by
 * substrings, then by similar titles. One statement, which calls a function in Postgres; if texts lag behind edits, or
 * the index behind texts, they are written first, and it runs again.
 *
 * @throws AppError RATE_LIMITED; BAD_CURSOR; NOT_FOUND when the workspace does not have the folder; UNAVAILABLE when
 *   Postgres reaches its statement timeout.
 */
export async function searchDocuments(ctx: SearchContext, input: SearchInput): Promise<Page<SearchHit>> {
  await ctx.limiter.consume("search", searchLimit(ctx));
  const terms = parseTerms(input.query);
  const find = isFiltered(input) ? findFiltered : findHits;
  let found = await find(ctx.check, input, terms, false);
  if (found.isStale) {
    await ctx.documents.flush(await ctx.documents.listStale(input.workspaceId));
    await ctx.searchIndex.flush(input.workspaceId);
    found = await find(ctx.check, input, terms, true);
  }
  const findMatches = createMatchFinder(terms, found.stems);
  const page = toPage(
    found.hits,
    input.limit,
    found.cursorAfter,
    ({ id, folderId, title, updatedAt, language, rank, text }) => {
      const ranges = findMatches(text, language, rank >= 0);
      return {
        id,
        folderId,
        title,
        updatedAt: toIsoTimestamp(updatedAt),
        highlightedTitle: highlight(title, findMatches(title, language, rank >= 0)),
        fragments: toFragments(text, ranges),
        excerpts: toExcerpts(text, ranges),
      };
    },
  );
  return page.nextCursor === null ? { ...page, nextCursor: found.restCursor } : page;
}

/** Returns the rate-limit key: a user or an API key. */
function searchLimit(ctx: Pick<Context, "credential">): string {
  const credential = requireCredential(ctx);
  return credential.kind === "session"
    ? credential.userId
    : Buffer.from(credential.secretHash).toString("hex");
}
