import {
  emptyResult,
  passkey,
  passkeyCreated,
  passkeyCreateInput,
  passkeyCreationStarted,
  passkeyList,
  passkeyListInput,
  passkeyLoginInput,
  passkeyRemoveInput,
  passkeyRequested,
  passkeyStartCreationInput,
  passkeyStartSecondFactorInput,
  passkeyUpdateInput,
  signedIn,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { authedProcedure, authedQuery, publicProcedure } from "../../trpc/procedures.ts";
import { createPasskey } from "./create.ts";
import { listPasskeys } from "./list.ts";
import { loginWithPasskey } from "./login.ts";
import { removePasskey } from "./remove.ts";
import { startPasskeyConfirmation } from "./start-confirmation.ts";
import { startPasskeyCreation } from "./start-creation.ts";
import { startPasskeyLogin } from "./start-login.ts";
import { startPasskeySecondFactor } from "./start-second-factor.ts";
import { updatePasskey } from "./update.ts";

const securedProcedure = authedProcedure("account.secureSignIn");
const secretProcedure = securedProcedure.meta({ action: "account.secureSignIn", hasSecretResult: true });

export const passkeyRouter = router({
  list: authedQuery("account.secureSignIn")
    .input(passkeyListInput)
    .output(passkeyList)
    .query(({ ctx, input }) => listPasskeys(ctx.check, input)),
  startCreation: secretProcedure
    .input(passkeyStartCreationInput)
    .output(passkeyCreationStarted)
    .mutation(({ ctx, input }) => startPasskeyCreation(ctx, ctx.access, input)),
  create: secretProcedure
    .input(passkeyCreateInput)
    .output(passkeyCreated)
    .mutation(({ ctx, input }) => createPasskey(ctx, ctx.access, input)),
  update: securedProcedure
    .input(passkeyUpdateInput)
    .output(passkey)
    .mutation(({ ctx, input }) => updatePasskey(ctx, ctx.access, input)),
  remove: securedProcedure
    .input(passkeyRemoveInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => removePasskey(ctx, ctx.access, input)),
  startLogin: publicProcedure.output(passkeyRequested).mutation(({ ctx }) => startPasskeyLogin(ctx)),
  login: publicProcedure
    .input(passkeyLoginInput)
    .output(signedIn)
    .mutation(({ ctx, input }) => loginWithPasskey(ctx, input)),
  startSecondFactor: publicProcedure
    .input(passkeyStartSecondFactorInput)
    .output(passkeyRequested)
    .mutation(({ ctx, input }) => startPasskeySecondFactor(ctx, input)),
  startConfirmation: secretProcedure
    .output(passkeyRequested)
    .mutation(({ ctx }) => startPasskeyConfirmation(ctx, ctx.access)),
});
