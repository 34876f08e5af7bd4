import { searchInput, searchResults } from "@mdreader/contract";

import { workspaceQuery } from "../../trpc/procedures.ts";
import { searchDocuments } from "./search.ts";

/** `document.search`. */
export const search = workspaceQuery("document.search")
  .input(searchInput)
  .output(searchResults)
  .query(async ({ ctx, input }) => {
    // What was acknowledged is found: live edits reach the searched text a moment later.
    await ctx.documents.settle(input.workspaceId);
    return searchDocuments(ctx, input);
  });
