import {
  backlinkList,
  backlinksInput,
  linkResolution,
  linkResolveInput,
  linkSuggestInput,
  linkSuggestions,
  movedLinkCount,
  movedLinkCountInput,
  movedLinksUpdated,
  movedLinkUpdateInput,
} from "@mdreader/contract";

import { documentProcedure, workspaceProcedure } from "../../trpc/procedures.ts";
import { listBacklinks } from "./backlinks.ts";
import { countMovedLinks, updateMovedLinks } from "./moved-links.ts";
import { resolveLink } from "./resolve.ts";
import { suggestLinks } from "./suggest.ts";

/** Procedures for links between documents, mounted by the document router. */
export const linkProcedures = {
  resolveLink: documentProcedure("document.read")
    .input(linkResolveInput)
    .output(linkResolution)
    .query(({ ctx, input }) => resolveLink(ctx, ctx.access, input.path)),

  suggestLinks: documentProcedure("document.read")
    .input(linkSuggestInput)
    .output(linkSuggestions)
    .query(({ ctx, input }) => suggestLinks(ctx, ctx.access, input)),

  backlinks: documentProcedure("document.read")
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
