import {
  backlinkList,
  backlinksInput,
  linkResolved,
  linkResolveInput,
  linkSuggestInput,
  linkSuggestions,
  movedLinkCount,
  movedLinkCountInput,
  movedLinksUpdated,
  movedLinkUpdateInput,
} from "@mdreader/contract";

import { documentInProcedure, workspaceProcedure } from "../../trpc/procedures.ts";
import { listBacklinks } from "./backlinks.ts";
import { countMovedLinks, updateMovedLinks } from "./moved-links.ts";
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

  countMovedLinks: workspaceProcedure("document.read")
    .input(movedLinkCountInput)
    .output(movedLinkCount)
    .query(({ ctx, input }) => countMovedLinks(ctx, ctx.access, input)),

  updateMovedLinks: workspaceProcedure("document.updateLinks")
    .input(movedLinkUpdateInput)
    .output(movedLinksUpdated)
    .mutation(({ ctx, input }) => updateMovedLinks(ctx, ctx.access, input)),
};
