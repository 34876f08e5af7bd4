import { signedInResponse, tokensResponse } from "../../oauth.ts";
import type { Routes } from "../../route.ts";

const omits = ["refreshTokenDelivery"];

export const authRoutes = {
  "auth.signInOptions": { addresses: ["GET /auth/sign-in-options"] },
  "auth.register": {
    addresses: ["POST /auth/register"],
    status: 201,
    omittedFields: omits,
    outputSchema: signedInResponse,
  },
  "auth.login": {
    addresses: ["POST /auth/login", "POST /auth/token"],
    description:
      "Also the token endpoint of OAuth 2: accepts the password, refresh token and device code grants as a form " +
      "or as JSON, with the email address as `username`, and then reports errors as `{ error, error_description }`.",
    omittedFields: omits,
    outputSchema: signedInResponse,
    oauth: "password",
  },
  "auth.refresh": {
    addresses: ["POST /auth/refresh"],
    description: "Also accepts the OAuth 2 form, and `refresh_token` as JSON.",
    outputSchema: tokensResponse,
    oauth: "refresh_token",
  },
  "auth.logout": { addresses: ["POST /auth/logout"] },
  "auth.instance": { addresses: ["GET /auth/instance"] },
  "auth.me": { addresses: ["GET /auth/me"] },
  "auth.updateProfile": { addresses: ["PATCH /auth/me"] },
  "auth.listHoldings": { addresses: ["GET /auth/holdings"] },
  "auth.handOver": { addresses: ["POST /auth/hand-over"] },
  "auth.exportAccount": { addresses: ["POST /auth/export-account"] },
  "auth.deleteAccount": { addresses: ["POST /auth/delete-account"] },
  "auth.changePassword": { addresses: ["POST /auth/change-password"] },
  "auth.requestPasswordReset": { addresses: ["POST /auth/request-password-reset"] },
  "auth.resetPassword": { addresses: ["POST /auth/reset-password"] },
  "auth.requestEmailVerification": { addresses: ["POST /auth/request-email-verification"] },
  "auth.verifyEmail": { addresses: ["POST /auth/verify-email"] },
} satisfies Partial<Routes>;
