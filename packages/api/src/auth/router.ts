import {
  accountDeletion,
  accountExportLink,
  changePasswordInput,
  deleteAccountInput,
  emptyResult,
  exportAccountInput,
  handedOver,
  handOverInput,
  holdingList,
  holdingListInput,
  instanceInfo,
  loginInput,
  logoutInput,
  refreshInput,
  registerInput,
  requestPasswordResetInput,
  resetPasswordInput,
  signedIn,
  signInOptions,
  tokens,
  updateProfileInput,
  user,
  verifyEmailInput,
} from "@mdreader/contract";

import { router } from "../trpc/init.ts";
import { authedProcedure, authedQuery, publicProcedure } from "../trpc/procedures.ts";
import { deleteAccount } from "./account/delete-account.ts";
import { createAccountExportUrl } from "./account/export-account.ts";
import { handOver } from "./account/hand-over.ts";
import { listHoldings } from "./account/list-holdings.ts";
import { getMe } from "./account/me.ts";
import { register } from "./account/register.ts";
import { getSignInOptions } from "./account/sign-in-options.ts";
import { updateProfile } from "./account/update-profile.ts";
import { adminRouter } from "./admin/router.ts";
import { apiKeyRouter } from "./api-key/router.ts";
import { deviceRouter } from "./device/router.ts";
import { emailChangeRouter } from "./email-change/router.ts";
import { requestEmailVerification } from "./email/request-email-verification.ts";
import { verifyEmail } from "./email/verify-email.ts";
import { identityRouter } from "./identity/router.ts";
import { getInstance } from "./instance.ts";
import { passkeyRouter } from "./passkey/router.ts";
import { changePassword } from "./password/change-password.ts";
import { requestPasswordReset } from "./password/request-password-reset.ts";
import { resetPassword } from "./password/reset-password.ts";
import { secondFactorRouter } from "./second-factor/router.ts";
import { login } from "./session/login.ts";
import { logout } from "./session/logout.ts";
import { refresh } from "./session/refresh.ts";
import { sessionRouter } from "./session/router.ts";

const managedProcedure = authedProcedure("account.manage");

export const authRouter = router({
  signInOptions: publicProcedure.output(signInOptions).query(({ ctx }) => getSignInOptions(ctx)),
  register: publicProcedure
    .input(registerInput)
    .output(signedIn)
    .mutation(({ ctx, input }) => register(ctx, input)),
  login: publicProcedure
    .input(loginInput)
    .output(signedIn)
    .mutation(({ ctx, input }) => login(ctx, input)),
  refresh: publicProcedure
    .input(refreshInput)
    .output(tokens)
    .mutation(({ ctx, input }) => refresh(ctx, input)),
  logout: publicProcedure
    .input(logoutInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => logout(ctx, input)),

  instance: publicProcedure.output(instanceInfo).query(({ ctx }) => getInstance(ctx)),

  me: authedQuery("account.read")
    .output(user)
    .query(({ ctx }) => getMe(ctx.check)),
  updateProfile: managedProcedure
    .input(updateProfileInput)
    .output(user)
    .mutation(({ ctx, input }) => updateProfile(ctx, ctx.access, input)),
  listHoldings: managedProcedure
    .input(holdingListInput)
    .output(holdingList)
    .query(({ ctx, input }) => listHoldings(ctx, ctx.access, input)),
  handOver: managedProcedure
    .input(handOverInput)
    .output(handedOver)
    .mutation(({ ctx, input }) => handOver(ctx, ctx.access, input)),
  exportAccount: managedProcedure
    .meta({ action: "account.manage", hasSecretResult: true })
    .input(exportAccountInput)
    .output(accountExportLink)
    .mutation(({ ctx, input }) => createAccountExportUrl(ctx, ctx.access, input)),
  deleteAccount: managedProcedure
    .input(deleteAccountInput)
    .output(accountDeletion)
    .mutation(({ ctx, input }) => deleteAccount(ctx, ctx.access, input)),

  changePassword: managedProcedure
    .input(changePasswordInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => changePassword(ctx, ctx.access, input)),
  requestPasswordReset: publicProcedure
    .input(requestPasswordResetInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => requestPasswordReset(ctx, input)),
  resetPassword: publicProcedure
    .input(resetPasswordInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => resetPassword(ctx, input)),

  requestEmailVerification: managedProcedure
    .output(emptyResult)
    .mutation(({ ctx }) => requestEmailVerification(ctx, ctx.access)),
  verifyEmail: publicProcedure
    .input(verifyEmailInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => verifyEmail(ctx, input)),

  device: deviceRouter,
  emailChange: emailChangeRouter,
  identity: identityRouter,
  passkey: passkeyRouter,
  secondFactor: secondFactorRouter,
  session: sessionRouter,
  apiKey: apiKeyRouter,
  admin: adminRouter,
});
