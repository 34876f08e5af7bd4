import {
  comment,
  commentCreateInput,
  commentDeleteInput,
  commentListInput,
  commentPage,
  commentResolveInput,
  commentThreadInput,
  commentThreadList,
  commentUpdateInput,
  emptyResult,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { documentProcedure, documentQuery } from "../../trpc/procedures.ts";
import { createComment } from "./create.ts";
import { deleteComment } from "./delete.ts";
import { listThreads } from "./list.ts";
import { reopenThread, resolveThread } from "./resolve.ts";
import { readThread } from "./thread.ts";
import { updateComment } from "./update.ts";

export const commentRouter = router({
  list: documentQuery("comment.read")
    .input(commentListInput)
    .output(commentThreadList)
    .query(({ ctx, input }) => listThreads(ctx, ctx.check, input)),

  thread: documentQuery("comment.read")
    .input(commentThreadInput)
    .output(commentPage)
    .query(({ ctx, input }) => readThread(ctx.check, input)),

  create: documentProcedure("comment.create")
    .input(commentCreateInput)
    .output(comment)
    .mutation(({ ctx, input }) => createComment(ctx, ctx.access, input)),

  update: documentProcedure("comment.update")
    .input(commentUpdateInput)
    .output(comment)
    .mutation(({ ctx, input }) => updateComment(ctx, ctx.access, input)),

  delete: documentProcedure("comment.delete")
    .input(commentDeleteInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => deleteComment(ctx, ctx.access, input.id)),

  resolve: documentProcedure("comment.resolve")
    .input(commentResolveInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => resolveThread(ctx, ctx.access, input.threadId)),

  reopen: documentProcedure("comment.resolve")
    .input(commentResolveInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => reopenThread(ctx, ctx.access, input.threadId)),
});
