import { searchInput, searchResults } from "@mdreader/contract";

import { workspaceQuery } from "../../trpc/procedures.ts";
import { searchDocuments } from "./search.ts";

/** Procedure `document.search`. */
export const searchRouter = workspaceQuery("document.search")
  .input(searchInput)
  .output(searchResults)
  .query(({ ctx, input }) => searchDocuments(ctx, input));
