import { signedInResponse, tokensResponse } from "../../oauth.ts";
import type { Routes } from "../../route.ts";

const omits = ["refreshTokenDelivery"];

export const authRoutes = {
  "auth.signInOptions": { addresses: ["GET /auth/sign-in-options"], summary: "List the ways to sign in" },
  "auth.register": {
    addresses: ["POST /auth/register"],
    summary: "Register",
    description: "Creates an account and signs in.",
    status: 201,
    errors: [
      "EMAIL_TAKEN",
      "USERNAME_TAKEN",
      "REGISTRATION_CLOSED",
      "REGISTRATION_BY_INVITATION",
      "EMAIL_DOMAIN_NOT_ALLOWED",
      "SETUP_LINK_INVALID",
      "PASSWORD_SIGN_IN_DISABLED",
      "RATE_LIMITED",
    ],
    omittedFields: omits,
    outputSchema: signedInResponse,
  },
  "auth.login": {
    addresses: ["POST /auth/login", "POST /auth/token"],
    summary: "Sign in",
    description:
      "Also the token endpoint of OAuth 2: accepts the password, refresh token and device code grants as a form " +
      "or as JSON, with the email address as `username`, and then reports errors as `{ error, error_description }`. " +
      "A wrong password and an unknown email address return the same error.",
    errors: ["BAD_CREDENTIALS", "PASSWORD_CHANGE_REQUIRED", "PASSWORD_SIGN_IN_DISABLED", "RATE_LIMITED"],
    omittedFields: omits,
    outputSchema: signedInResponse,
    oauth: "password",
  },
  "auth.refresh": {
    addresses: ["POST /auth/refresh"],
    summary: "Refresh the access token",
    description:
      "A refresh token can be used once; store the new one from the response. Reuse ends the session, " +
      "because the token may have been stolen. Also accepts the OAuth 2 form, and `refresh_token` as JSON.",
    errors: ["REFRESH_TOKEN_INVALID", "REFRESH_TOKEN_REUSED", "SESSION_ENDED"],
    outputSchema: tokensResponse,
    oauth: "refresh_token",
  },
  "auth.logout": {
    addresses: ["POST /auth/logout"],
    summary: "Sign out",
    description: "Ends the sessions of the access token and of the refresh token in the body.",
  },
  "auth.instance": {
    addresses: ["GET /auth/instance"],
    summary: "Get what people may know before they sign in",
    description: "Who may register and create workspaces, the banner, and whether the server sends email.",
  },
  "auth.me": { addresses: ["GET /auth/me"], summary: "Get the signed-in user" },
  "auth.updateProfile": {
    addresses: ["PATCH /auth/me"],
    summary: "Update the profile",
    errors: ["USERNAME_TAKEN"],
  },
  "auth.deleteAccount": {
    addresses: ["POST /auth/delete-account"],
    summary: "Delete the account",
    description: "The user's contributions remain in their workspaces, without an author.",
    errors: ["PASSWORD_WRONG", "SIGN_IN_AGAIN", "SOLE_OWNER_OF_WORKSPACES", "LAST_SUPERUSER", "RATE_LIMITED"],
  },
  "auth.changePassword": {
    addresses: ["POST /auth/change-password"],
    summary: "Change the password",
    description: "Ends all other sessions.",
    errors: ["PASSWORD_WRONG", "SIGN_IN_AGAIN", "PASSWORD_SIGN_IN_DISABLED", "RATE_LIMITED"],
  },
  "auth.requestPasswordReset": {
    addresses: ["POST /auth/request-password-reset"],
    summary: "Request a password reset email",
    description: "The response is the same whether or not the account exists.",
    errors: ["RATE_LIMITED"],
  },
  "auth.resetPassword": {
    addresses: ["POST /auth/reset-password"],
    summary: "Reset the password with the token from the email",
    errors: ["EMAIL_TOKEN_INVALID"],
  },
  "auth.requestEmailVerification": {
    addresses: ["POST /auth/request-email-verification"],
    summary: "Request a verification email",
    errors: ["RATE_LIMITED"],
  },
  "auth.verifyEmail": {
    addresses: ["POST /auth/verify-email"],
    summary: "Verify the email address with the token from the email",
    errors: ["EMAIL_TOKEN_INVALID"],
  },
} satisfies Partial<Routes>;
