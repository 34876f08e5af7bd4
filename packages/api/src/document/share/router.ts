import {
  emptyResult,
  shareCreated,
  shareCreateInput,
  sharedDocument,
  shareList,
  shareListInput,
  shareReadInput,
  shareRevokeInput,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { documentProcedure, documentQuery, publicProcedure } from "../../trpc/procedures.ts";
import { createShare } from "./create.ts";
import { listShares } from "./list.ts";
import { readShare } from "./read.ts";
import { revokeShare } from "./revoke.ts";

export const shareRouter = router({
  create: documentProcedure("share.create")
    .meta({ action: "share.create", hasSecretResult: true })
    .input(shareCreateInput)
    .output(shareCreated)
    .mutation(({ ctx, input }) => createShare(ctx, ctx.access, input)),

  list: documentQuery("share.list")
    .input(shareListInput)
    .output(shareList)
    .query(({ ctx, input }) => listShares(ctx, ctx.check, input)),

  revoke: documentProcedure("share.revoke")
    .input(shareRevokeInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => revokeShare(ctx, ctx.access, input.id)),

  /**
   * A mutation without side effects, because the input of a query is part of the URL, which must not contain
   * secrets.
   */
  read: publicProcedure
    .input(shareReadInput)
    .output(sharedDocument)
    .mutation(({ ctx, input }) => readShare(ctx, input)),
});
