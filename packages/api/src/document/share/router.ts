import {
  done,
  shareCreated,
  shareCreateInput,
  sharedDocument,
  shareList,
  shareListInput,
  shareReadInput,
  shareRevokeInput,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { documentInProcedure, documentInQuery, publicProcedure } from "../../trpc/procedures.ts";
import { createShare } from "./create.ts";
import { listShares } from "./list.ts";
import { readShare } from "./read.ts";
import { revokeShare } from "./revoke.ts";

export const shareRouter = router({
  create: documentInProcedure("share.create")
    .input(shareCreateInput)
    .output(shareCreated)
    .mutation(({ ctx, input }) => createShare(ctx, ctx.access, input)),

  list: documentInQuery("share.list")
    .input(shareListInput)
    .output(shareList)
    .query(({ ctx, input }) => listShares(ctx, ctx.gate, input)),

  revoke: documentInProcedure("share.revoke")
    .input(shareRevokeInput)
    .output(done)
    .mutation(({ ctx, input }) => revokeShare(ctx, ctx.access, input.id)),

  /** A mutation, though it changes nothing: the input of a query travels in the URL, where no secret may be. */
  read: publicProcedure
    .input(shareReadInput)
    .output(sharedDocument)
    .mutation(({ ctx, input }) => readShare(ctx, input)),
});
