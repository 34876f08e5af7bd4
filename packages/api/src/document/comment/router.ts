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
  done,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { documentInProcedure, documentInQuery } from "../../trpc/procedures.ts";
import { createComment } from "./create.ts";
import { deleteComment } from "./delete.ts";
import { listThreads } from "./list.ts";
import { reopenThread, resolveThread } from "./resolve.ts";
import { readThread } from "./thread.ts";
import { updateComment } from "./update.ts";

export const commentRouter = router({
  list: documentInQuery("comment.read")
    .input(commentListInput)
    .output(commentThreadList)
    .query(({ ctx, input }) => listThreads(ctx, ctx.gate, input)),

  thread: documentInQuery("comment.read")
    .input(commentThreadInput)
    .output(commentPage)
    .query(({ ctx, input }) => readThread(ctx.gate, input)),

  create: documentInProcedure("comment.create")
    .input(commentCreateInput)
    .output(comment)
    .mutation(({ ctx, input }) => createComment(ctx, ctx.access, input)),

  update: documentInProcedure("comment.update")
    .input(commentUpdateInput)
    .output(comment)
    .mutation(({ ctx, input }) => updateComment(ctx, ctx.access, input)),

  delete: documentInProcedure("comment.delete")
    .input(commentDeleteInput)
    .output(done)
    .mutation(({ ctx, input }) => deleteComment(ctx, ctx.access, input.id)),

  resolve: documentInProcedure("comment.resolve")
    .input(commentResolveInput)
    .output(done)
    .mutation(({ ctx, input }) => resolveThread(ctx, ctx.access, input.threadId)),

  reopen: documentInProcedure("comment.resolve")
    .input(commentResolveInput)
    .output(done)
    .mutation(({ ctx, input }) => reopenThread(ctx, ctx.access, input.threadId)),
});
