import { emptyResult, sessionList, sessionListInput, sessionRevokeInput } from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { authedProcedure, authedQuery } from "../../trpc/procedures.ts";
import { listSessions } from "./list.ts";
import { revokeOtherSessions } from "./revoke-others.ts";
import { revokeSession } from "./revoke.ts";

const managedProcedure = authedProcedure("account.manage");

export const sessionRouter = router({
  list: authedQuery("account.manage")
    .input(sessionListInput)
    .output(sessionList)
    .query(({ ctx, input }) => listSessions(ctx.check, input)),
  revoke: managedProcedure
    .input(sessionRevokeInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => revokeSession(ctx, ctx.access, input)),
  revokeOthers: managedProcedure
    .output(emptyResult)
    .mutation(({ ctx }) => revokeOtherSessions(ctx, ctx.access)),
});
