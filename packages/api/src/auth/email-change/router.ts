import {
  emailChange,
  emailChangeConfirmed,
  emailChangeConfirmInput,
  emailChangeRefuseInput,
  emailChangeRequestInput,
  emptyResult,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { authedProcedure, publicProcedure } from "../../trpc/procedures.ts";
import { cancelEmailChange } from "./cancel.ts";
import { confirmEmailChange } from "./confirm.ts";
import { getEmailChange } from "./get.ts";
import { refuseEmailChange } from "./refuse.ts";
import { requestEmailChange } from "./request.ts";

const managedProcedure = authedProcedure("account.manage");

export const emailChangeRouter = router({
  get: managedProcedure.output(emailChange).query(({ ctx }) => getEmailChange(ctx, ctx.access)),
  request: managedProcedure
    .input(emailChangeRequestInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => requestEmailChange(ctx, ctx.access, input)),
  confirm: publicProcedure
    .input(emailChangeConfirmInput)
    .output(emailChangeConfirmed)
    .mutation(({ ctx, input }) => confirmEmailChange(ctx, input)),
  refuse: publicProcedure
    .input(emailChangeRefuseInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => refuseEmailChange(ctx, input)),
  cancel: managedProcedure.output(emptyResult).mutation(({ ctx }) => cancelEmailChange(ctx, ctx.access)),
});
