import {
  apiKeyCreated,
  apiKeyCreateInput,
  apiKeyList,
  apiKeyListInput,
  apiKeyRevokeInput,
  changePasswordInput,
  deleteAccountInput,
  emptyResult,
  loginInput,
  logoutInput,
  refreshInput,
  registerInput,
  requestPasswordResetInput,
  resetPasswordInput,
  sessionList,
  sessionListInput,
  sessionRevokeInput,
  signedIn,
  tokens,
  updateProfileInput,
  user,
  verifyEmailInput,
} from "@mdreader/contract";

import { router } from "../trpc/init.ts";
import { authedProcedure, authedQuery, publicProcedure } from "../trpc/procedures.ts";
import { deleteAccount } from "./account/delete-account.ts";
import { getMe, updateProfile } from "./account/profile.ts";
import { register } from "./account/register.ts";
import { createApiKey, listApiKeys, revokeApiKey } from "./api-key/api-keys.ts";
import { requestEmailVerification, verifyEmail } from "./email/verify-email.ts";
import { changePassword } from "./password/change-password.ts";
import { requestPasswordReset, resetPassword } from "./password/reset-password.ts";
import { login } from "./session/login.ts";
import { logout } from "./session/logout.ts";
import { refresh } from "./session/refresh.ts";
import { listSessions, revokeOtherSessions, revokeSession } from "./session/sessions.ts";

const managedProcedure = authedProcedure("account.manage");

const sessionRouter = router({
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

const apiKeyRouter = router({
  create: managedProcedure
    .input(apiKeyCreateInput)
    .output(apiKeyCreated)
    .mutation(({ ctx, input }) => createApiKey(ctx, ctx.access, input)),
  list: authedQuery("account.manage")
    .input(apiKeyListInput)
    .output(apiKeyList)
    .query(({ ctx, input }) => listApiKeys(ctx.check, input)),
  revoke: managedProcedure
    .input(apiKeyRevokeInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => revokeApiKey(ctx, ctx.access, input)),
});

export const authRouter = router({
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

  me: authedQuery("account.read")
    .output(user)
    .query(({ ctx }) => getMe(ctx.check)),
  updateProfile: managedProcedure
    .input(updateProfileInput)
    .output(user)
    .mutation(({ ctx, input }) => updateProfile(ctx, ctx.access, input)),
  deleteAccount: managedProcedure
    .input(deleteAccountInput)
    .output(emptyResult)
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

  session: sessionRouter,
  apiKey: apiKeyRouter,
});
