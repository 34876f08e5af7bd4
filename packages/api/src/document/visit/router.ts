import { emptyResult, visitInput, visitList, visitListInput } from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { documentProcedure, workspaceQuery } from "../../trpc/procedures.ts";
import { listShortcuts } from "../shortcuts.ts";
import { recordVisit } from "./record.ts";

export const visitRouter = router({
  list: workspaceQuery("visit.list")
    .input(visitListInput)
    .output(visitList)
    .query(({ ctx, input }) => listShortcuts(ctx.check, "visits", input)),

  record: documentProcedure("visit.record")
    .input(visitInput)
    .output(emptyResult)
    .mutation(({ ctx }) => recordVisit(ctx, ctx.access)),
});
