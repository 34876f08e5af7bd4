import { passwordForm, toSignedInResponse, toTokensResponse } from "../oauth.ts";
import type { Routes } from "../route.ts";

const omits = ["refreshTokenDelivery"];

export const authRoutes = {
  "auth.register": {
    addresses: ["POST /auth/register"],
    summary: "Register",
    description: "Makes an account and signs in.",
    status: 201,
    errors: ["EMAIL_TAKEN", "USERNAME_TAKEN", "RATE_LIMITED"],
    omittedFields: omits,
    outputSchema: toSignedInResponse,
  },
  "auth.login": {
    addresses: ["POST /auth/login"],
    summary: "Log in",
    description:
      "Also takes the form that OAuth 2 has for this, with the e-mail address as `username`. " +
      "A wrong password and an unknown address are answered alike.",
    errors: ["BAD_CREDENTIALS", "RATE_LIMITED"],
    omittedFields: omits,
    outputSchema: toSignedInResponse,
    form: passwordForm,
  },
  "auth.refresh": {
    addresses: ["POST /auth/refresh"],
    summary: "Exchange the refresh token",
    description:
      "A refresh token works once: keep the one that is answered. One that is used again ends its session, " +
      "as somebody else may have it.",
    errors: ["REFRESH_TOKEN_INVALID", "REFRESH_TOKEN_REUSED", "SESSION_ENDED"],
    outputSchema: toTokensResponse,
  },
  "auth.logout": {
    addresses: ["POST /auth/logout"],
    summary: "Log out",
    description:
      "Ends the sessions of all tokens shown: the access token, and the refresh token in the body.",
  },
  "auth.me": { addresses: ["GET /auth/me"], summary: "Who is signed in" },
  "auth.updateProfile": {
    addresses: ["PATCH /auth/me"],
    summary: "Change the profile",
    errors: ["USERNAME_TAKEN"],
  },
  "auth.deleteAccount": {
    addresses: ["POST /auth/delete-account"],
    summary: "Delete the account",
    description: "What the person wrote stays in its workspaces, without an author.",
    errors: ["PASSWORD_WRONG", "SOLE_OWNER_OF_WORKSPACES", "RATE_LIMITED"],
  },
  "auth.changePassword": {
    addresses: ["POST /auth/change-password"],
    summary: "Change the password",
    description: "Ends all other sessions.",
    errors: ["PASSWORD_WRONG", "RATE_LIMITED"],
  },
  "auth.requestPasswordReset": {
    addresses: ["POST /auth/request-password-reset"],
    summary: "Ask for a mail with which a password can be set anew",
    description: "Answers the same whether there is such an account or not.",
    errors: ["RATE_LIMITED"],
  },
  "auth.resetPassword": {
    addresses: ["POST /auth/reset-password"],
    summary: "Set the password anew, with the token of a mail",
    errors: ["EMAIL_TOKEN_INVALID"],
  },
  "auth.requestEmailVerification": {
    addresses: ["POST /auth/request-email-verification"],
    summary: "Ask for a mail with which the address is verified",
    errors: ["RATE_LIMITED"],
  },
  "auth.verifyEmail": {
    addresses: ["POST /auth/verify-email"],
    summary: "Verify the e-mail address, with the token of a mail",
    errors: ["EMAIL_TOKEN_INVALID"],
  },

  "auth.session.list": { addresses: ["GET /auth/sessions"], summary: "Where you are signed in" },
  "auth.session.revoke": {
    addresses: ["DELETE /auth/sessions/{id}"],
    summary: "End a session",
    errors: ["NOT_FOUND"],
  },
  "auth.session.revokeOthers": {
    addresses: ["POST /auth/sessions/revoke-others"],
    summary: "End all sessions but this one",
  },

  "auth.apiKey.create": {
    addresses: ["POST /auth/api-keys"],
    summary: "Make an API key",
    description: "`secret` is shown this once.",
    status: 201,
    errors: ["LIMIT_REACHED"],
  },
  "auth.apiKey.list": { addresses: ["GET /auth/api-keys"], summary: "Your API keys" },
  "auth.apiKey.revoke": {
    addresses: ["DELETE /auth/api-keys/{id}"],
    summary: "Revoke an API key",
    errors: ["NOT_FOUND"],
  },
} satisfies Partial<Routes>;
