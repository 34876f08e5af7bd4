import { passwordForm, signedInAnswer, tokensAnswer } from "../oauth.ts";
import type { Routes } from "../route.ts";

const omits = ["refreshTokenDelivery"];

export const authRoutes = {
  "auth.register": {
    at: ["POST /auth/register"],
    summary: "Register",
    description: "Makes an account and signs in.",
    status: 201,
    fails: ["EMAIL_TAKEN", "USERNAME_TAKEN", "RATE_LIMITED"],
    omits,
    answer: signedInAnswer,
  },
  "auth.login": {
    at: ["POST /auth/login"],
    summary: "Log in",
    description:
      "Also takes the form that OAuth 2 has for this, with the e-mail address as `username`. " +
      "A wrong password and an unknown address are answered alike.",
    fails: ["BAD_CREDENTIALS", "RATE_LIMITED"],
    omits,
    answer: signedInAnswer,
    form: passwordForm,
  },
  "auth.refresh": {
    at: ["POST /auth/refresh"],
    summary: "Exchange the refresh token",
    description:
      "A refresh token works once: keep the one that is answered. One that is used again ends its session, " +
      "as somebody else may have it.",
    fails: ["REFRESH_TOKEN_INVALID", "REFRESH_TOKEN_REUSED", "SESSION_ENDED"],
    answer: tokensAnswer,
  },
  "auth.logout": {
    at: ["POST /auth/logout"],
    summary: "Log out",
    description:
      "Ends the sessions of all tokens shown: the access token, and the refresh token in the body.",
  },
  "auth.me": { at: ["GET /auth/me"], summary: "Who is signed in" },
  "auth.updateProfile": {
    at: ["PATCH /auth/me"],
    summary: "Change the profile",
    fails: ["USERNAME_TAKEN"],
  },
  "auth.deleteAccount": {
    at: ["POST /auth/delete-account"],
    summary: "Delete the account",
    description: "What the person wrote stays in its workspaces, without an author.",
    fails: ["PASSWORD_WRONG", "SOLE_OWNER_OF_WORKSPACES", "RATE_LIMITED"],
  },
  "auth.changePassword": {
    at: ["POST /auth/change-password"],
    summary: "Change the password",
    description: "Ends all other sessions.",
    fails: ["PASSWORD_WRONG", "RATE_LIMITED"],
  },
  "auth.requestPasswordReset": {
    at: ["POST /auth/request-password-reset"],
    summary: "Ask for a mail with which a password can be set anew",
    description: "Answers the same whether there is such an account or not.",
    fails: ["RATE_LIMITED"],
  },
  "auth.resetPassword": {
    at: ["POST /auth/reset-password"],
    summary: "Set the password anew, with the token of a mail",
    fails: ["EMAIL_TOKEN_INVALID"],
  },
  "auth.requestEmailVerification": {
    at: ["POST /auth/request-email-verification"],
    summary: "Ask for a mail with which the address is verified",
    fails: ["RATE_LIMITED"],
  },
  "auth.verifyEmail": {
    at: ["POST /auth/verify-email"],
    summary: "Verify the e-mail address, with the token of a mail",
    fails: ["EMAIL_TOKEN_INVALID"],
  },

  "auth.session.list": { at: ["GET /auth/sessions"], summary: "Where you are signed in" },
  "auth.session.revoke": {
    at: ["DELETE /auth/sessions/{id}"],
    summary: "End a session",
    fails: ["NOT_FOUND"],
  },
  "auth.session.revokeOthers": {
    at: ["POST /auth/sessions/revoke-others"],
    summary: "End all sessions but this one",
  },

  "auth.apiKey.create": {
    at: ["POST /auth/api-keys"],
    summary: "Make an API key",
    description: "`secret` is shown this once.",
    status: 201,
    fails: ["LIMIT_REACHED"],
  },
  "auth.apiKey.list": { at: ["GET /auth/api-keys"], summary: "Your API keys" },
  "auth.apiKey.revoke": {
    at: ["DELETE /auth/api-keys/{id}"],
    summary: "Revoke an API key",
    fails: ["NOT_FOUND"],
  },
} satisfies Partial<Routes>;
