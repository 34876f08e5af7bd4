import {
  accountDeletion,
  emptyResult,
  handedOver,
  handOverOfUserInput,
  holdingList,
  holdingsOfUserInput,
  managedUserInput,
  managedUserList,
  managedUserListInput,
  updateSuperuserInput,
} from "@mdreader/contract";

import { router } from "../../../trpc/init.ts";
import { instanceProcedure, instanceQuery } from "../../../trpc/procedures.ts";
import { cancelEmailChangeOfUser } from "./cancel-email-change.ts";
import { deleteUser } from "./delete.ts";
import { endSessionsOfUser } from "./end-sessions.ts";
import { handOverForUser } from "./hand-over.ts";
import { listHoldingsOfUser } from "./list-holdings.ts";
import { listUsers } from "./list.ts";
import { purgeUser } from "./purge.ts";
import { reactivateUser } from "./reactivate.ts";
import { requirePasswordChange } from "./require-password-change.ts";
import { resetSecondFactor } from "./reset-second-factor.ts";
import { restoreUser } from "./restore.ts";
import { suspendUser } from "./suspend.ts";
import { updateSuperuser } from "./update-superuser.ts";
import { verifyUser } from "./verify.ts";

export const userRouter = router({
  list: instanceQuery("user.list")
    .input(managedUserListInput)
    .output(managedUserList)
    .query(({ ctx, input }) => listUsers(ctx.check, input)),
  suspend: instanceProcedure("user.suspend")
    .input(managedUserInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => suspendUser(ctx, ctx.access, input)),
  reactivate: instanceProcedure("user.reactivate")
    .input(managedUserInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => reactivateUser(ctx, ctx.access, input)),
  verify: instanceProcedure("user.verify")
    .input(managedUserInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => verifyUser(ctx, ctx.access, input)),
  cancelEmailChange: instanceProcedure("user.cancelEmailChange")
    .input(managedUserInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => cancelEmailChangeOfUser(ctx, ctx.access, input)),
  requirePasswordChange: instanceProcedure("user.requirePasswordChange")
    .input(managedUserInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => requirePasswordChange(ctx, ctx.access, input)),
  resetSecondFactor: instanceProcedure("user.resetSecondFactor")
    .input(managedUserInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => resetSecondFactor(ctx, ctx.access, input)),
  endSessions: instanceProcedure("user.endSessions")
    .input(managedUserInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => endSessionsOfUser(ctx, ctx.access, input)),
  listHoldings: instanceProcedure("user.listHoldings")
    .input(holdingsOfUserInput)
    .output(holdingList)
    .query(({ ctx, input }) => listHoldingsOfUser(ctx, ctx.access, input)),
  handOver: instanceProcedure("user.handOver")
    .input(handOverOfUserInput)
    .output(handedOver)
    .mutation(({ ctx, input }) => handOverForUser(ctx, ctx.access, input)),
  delete: instanceProcedure("user.delete")
    .input(managedUserInput)
    .output(accountDeletion)
    .mutation(({ ctx, input }) => deleteUser(ctx, ctx.access, input)),
  restore: instanceProcedure("user.restore")
    .input(managedUserInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => restoreUser(ctx, ctx.access, input)),
  purge: instanceProcedure("user.purge")
    .input(managedUserInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => purgeUser(ctx, ctx.access, input)),
  updateSuperuser: instanceProcedure("user.updateSuperuser")
    .input(updateSuperuserInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => updateSuperuser(ctx, ctx.access, input)),
});
