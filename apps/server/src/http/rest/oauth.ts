import { type Reason, signedIn, type Tokens, tokens } from "@mdreader/contract";
import { z } from "zod";

import { badRequest } from "../procedure/errors.ts";
import type { EndpointCall } from "./endpoint-call.ts";

/**
 * OAuth 2 (RFC 6749) as generic clients speak it: the password and refresh token grants as a form or as JSON, token fields
 * under their standard names in addition to ours, and the standard's errors.
 */

const fields = {
  access_token: z.string().describe("The same as `accessToken`, under the name of OAuth 2."),
  refresh_token: z.string().nullable().describe("The same as `refreshToken`, under the name of OAuth 2."),
  token_type: z.literal("bearer").describe("How the access token is sent: `Authorization: Bearer …`."),
  expires_in: z.int().describe("Seconds until the access token expires."),
};

const withOauthNames = <Answer extends Tokens>(answer: Answer) => ({
  ...answer,
  access_token: answer.accessToken,
  refresh_token: answer.refreshToken,
  token_type: "bearer" as const,
  expires_in: Math.max(0, Math.floor((Date.parse(answer.expiresAt) - Date.now()) / 1000)),
});

export const tokensResponse = tokens.transform(withOauthNames).pipe(tokens.extend(fields));
export const signedInResponse = signedIn.transform(withOauthNames).pipe(signedIn.extend(fields));

/** The ways of getting a token. An address has the one that requests without `grant_type` use. */
export type Grant = "password" | "refresh_token";

/** The fields of a token request. Others, such as `client_id` and `scope`, are ignored. */
export const grantSchema = z.object({
  grant_type: z
    .enum(["password", "refresh_token"])
    .optional()
    .describe("What the token is requested with. Without it, the grant of the address."),
  username: z.string().optional().describe("The email address; for the password grant."),
  password: z.string().optional().describe("The account's password; for the password grant."),
  refresh_token: z.string().optional().describe("The newest refresh token; for the refresh token grant."),
});

/** Whether a JSON body is a token request under the names of the standard. */
export const isGrantBody = (body: Record<string, unknown>): boolean =>
  Object.hasOwn(body, "grant_type") || Object.hasOwn(body, "refresh_token");

/** Converts a token request to the call of a procedure. @throws TRPCError for an unknown grant, or a missing field. */
export function toGrantCall(body: Record<string, unknown>, defaultGrant: Grant): EndpointCall {
  const { grant_type: grant = defaultGrant, username, email, password, refresh_token: refreshToken } = body;
  if (grant === "password") {
    const input = { email: username ?? email, password };
    return { procedure: "auth.login", input, outputSchema: signedInResponse };
  }
  if (grant !== "refresh_token") throw badRequest("must be password or refresh_token", "grant_type");
  // Without this check, the procedure would look for a cookie.
  if (typeof refreshToken !== "string") throw badRequest("is missing", "refresh_token");
  return { procedure: "auth.refresh", input: { refreshToken }, outputSchema: tokensResponse };
}

/** The errors of the standard. Reasons that are not listed mean that the grant is not available to this caller. */
const oauthErrors: Partial<Record<Reason, string>> = {
  BAD_INPUT: "invalid_request",
  PAYLOAD_TOO_LARGE: "invalid_request",
  BAD_CREDENTIALS: "invalid_grant",
  REFRESH_TOKEN_INVALID: "invalid_grant",
  REFRESH_TOKEN_REUSED: "invalid_grant",
  SESSION_ENDED: "invalid_grant",
  RATE_LIMITED: "temporarily_unavailable",
  UNAVAILABLE: "temporarily_unavailable",
  INTERNAL: "server_error",
};

interface Failure {
  message: string;
  data: { reason: Reason; httpStatus: number; fieldErrors?: Record<string, string[]> };
}

/** Creates the response to a failed token request. */
export function createOauthError({ message, data: { reason, httpStatus, fieldErrors } }: Failure) {
  const isUnknownGrant = fieldErrors?.["grant_type"] !== undefined;
  const error = isUnknownGrant ? "unsupported_grant_type" : (oauthErrors[reason] ?? "unauthorized_client");
  const isTemporary = error === "temporarily_unavailable" || error === "server_error";
  const status = isTemporary || reason === "PAYLOAD_TOO_LARGE" ? httpStatus : 400;
  return { status, body: { error, error_description: message, reason } };
}
