import {
  emptyResult,
  recoveryCodes,
  secondFactor,
  secondFactorConfirmInput,
  secondFactorDisableInput,
  secondFactorRegenerateInput,
  secondFactorStarted,
  secondFactorStartInput,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { authedProcedure } from "../../trpc/procedures.ts";
import { confirmSecondFactor } from "./confirm.ts";
import { disableSecondFactor } from "./disable.ts";
import { getSecondFactor } from "./get.ts";
import { regenerateRecoveryCodes } from "./regenerate.ts";
import { startSecondFactor } from "./start.ts";

const securedProcedure = authedProcedure("account.secureSignIn");
const secretProcedure = securedProcedure.meta({ action: "account.secureSignIn", hasSecretResult: true });

export const secondFactorRouter = router({
  get: securedProcedure.output(secondFactor).query(({ ctx }) => getSecondFactor(ctx, ctx.access)),
  start: secretProcedure
    .input(secondFactorStartInput)
    .output(secondFactorStarted)
    .mutation(({ ctx, input }) => startSecondFactor(ctx, ctx.access, input)),
  confirm: secretProcedure
    .input(secondFactorConfirmInput)
    .output(recoveryCodes)
    .mutation(({ ctx, input }) => confirmSecondFactor(ctx, ctx.access, input)),
  regenerate: secretProcedure
    .input(secondFactorRegenerateInput)
    .output(recoveryCodes)
    .mutation(({ ctx, input }) => regenerateRecoveryCodes(ctx, ctx.access, input)),
  disable: securedProcedure
    .input(secondFactorDisableInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => disableSecondFactor(ctx, ctx.access, input)),
});
