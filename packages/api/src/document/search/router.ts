import { searchInput, searchResults } from "@mdreader/contract";

import { workspaceQuery } from "../../trpc/procedures.ts";
import { declareSelectedOutput } from "../../trpc/selected-output.ts";
import { searchDocuments } from "./search.ts";

/** The search, mounted by the document router. */
export const searchProcedures = {
  search: workspaceQuery("document.search")
    .input(searchInput)
    .output(declareSelectedOutput(searchResults))
    .query(({ ctx, input }) => searchDocuments(ctx, input)),
};
