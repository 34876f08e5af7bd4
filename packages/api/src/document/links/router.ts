import {
  backlinkList,
  backlinksInput,
  linkResolved,
  linkResolveInput,
  linkSuggestInput,
  linkSuggestions,
} from "@mdreader/contract";

import { documentInProcedure } from "../../trpc/procedures.ts";
import { listBacklinks } from "./backlinks.ts";
import { resolveLink } from "./resolve.ts";
import { suggestLinks } from "./suggest.ts";

/** Links between documents: the document router mounts them. */
export const linkProcedures = {
  resolveLink: documentInProcedure("document.read")
    .input(linkResolveInput)
    .output(linkResolved)
    .query(({ ctx, input }) => resolveLink(ctx, ctx.access, input.path)),

  suggestLinks: documentInProcedure("document.read")
    .input(linkSuggestInput)
    .output(linkSuggestions)
    .query(({ ctx, input }) => suggestLinks(ctx, ctx.access, input)),

  backlinks: documentInProcedure("document.read")
    .input(backlinksInput)
    .output(backlinkList)
    .query(({ ctx, input }) => listBacklinks(ctx, ctx.access, input)),
};
