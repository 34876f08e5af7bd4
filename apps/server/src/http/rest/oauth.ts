import {
  deviceAuthorization,
  type DeviceAuthorization,
  type Reason,
  signedIn,
  type Tokens,
  tokens,
} from "@mdreader/contract";
import { z } from "zod";

import { badRequest } from "../procedure/errors.ts";
import type { EndpointCall } from "./endpoint-call.ts";

/**
 * OAuth 2 (RFC 6749) as generic clients speak it: the password, refresh token and device code (RFC 8628) grants as a form or
 * as JSON, fields under their standard names in addition to ours, and the standard's errors.
 */

const fields = {
  access_token: z.string().describe("Same as `accessToken`, under its OAuth 2 name."),
  refresh_token: z.string().nullable().describe("Same as `refreshToken`, under its OAuth 2 name."),
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

const deviceFields = {
  device_code: z.string().describe("Same as `deviceCode`."),
  user_code: z.string().describe("Same as `userCode`."),
  verification_uri: z.string().describe("Same as `verificationUri`."),
  verification_uri_complete: z.string().describe("Same as `verificationUriComplete`."),
  expires_in: z.int().describe("Same as `expiresIn`."),
};

export const deviceAuthorizationResponse = deviceAuthorization
  .transform((answer: DeviceAuthorization) => ({
    ...answer,
    device_code: answer.deviceCode,
    user_code: answer.userCode,
    verification_uri: answer.verificationUri,
    verification_uri_complete: answer.verificationUriComplete,
    expires_in: answer.expiresIn,
  }))
  .pipe(deviceAuthorization.extend(deviceFields));

const deviceCodeGrant = "urn:ietf:params:oauth:grant-type:device_code";

/** The ways of getting a token. An address has the one that requests without `grant_type` use. */
export const grants = ["password", "refresh_token", deviceCodeGrant] as const;
export type Grant = (typeof grants)[number];

/** The operation that a request under the names of the standard asks for: a token, or the start of a device's sign-in. */
export type OauthRequest = Grant | "device_authorization";

/** The fields of a token request. Others, such as `client_id` and `scope`, are ignored. */
const grantSchema = z.object({
  grant_type: z
    .enum(grants)
    .optional()
    .describe("The grant with which the token is requested. If omitted, the endpoint's own grant is used."),
  username: z.string().optional().describe("The email address; for the password grant."),
  password: z.string().optional().describe("The account's password; for the password grant."),
  otp: z
    .string()
    .optional()
    .describe(
      "A code from the second factor; for the password grant, if the request fails with `SECOND_FACTOR_REQUIRED` without it.",
    ),
  refresh_token: z.string().optional().describe("The newest refresh token; for the refresh token grant."),
  device_code: z.string().optional().describe("The device's code; for the device code grant."),
});

const deviceAuthorizationSchema = z.object({
  client_id: z.string().optional().describe("The name of the program, which the person sees."),
});

/** The schema of a form under the names of the standard. */
export const findFormSchema = (request: OauthRequest): z.ZodObject =>
  request === "device_authorization" ? deviceAuthorizationSchema : grantSchema;

/** Whether a JSON body is a request under the names of the standard. */
export const isOauthBody = (body: Record<string, unknown>): boolean =>
  ["grant_type", "refresh_token", "device_code", "client_id"].some((name) => Object.hasOwn(body, name));

/**
 * Converts a request to the call of a procedure.
 * @param request What requests to this address ask for, unless they name another grant.
 * @throws TRPCError for an unknown grant, or a missing field.
 */
export function toOauthCall(body: Record<string, unknown>, request: OauthRequest): EndpointCall {
  if (request === "device_authorization") {
    const { client_id: clientName } = body;
    const input = clientName === undefined ? {} : { clientName };
    return { procedure: "auth.device.start", input, outputSchema: deviceAuthorizationResponse };
  }
  const { grant_type: grant = request, username, email, password, otp: code } = body;
  if (grant === "password") {
    const input = { email: username ?? email, password, ...(code !== undefined && { code }) };
    return { procedure: "auth.login", input, outputSchema: signedInResponse };
  }
  if (grant === deviceCodeGrant) {
    const input = { deviceCode: requireText(body, "device_code") };
    return { procedure: "auth.device.login", input, outputSchema: signedInResponse };
  }
  if (grant !== "refresh_token") throw badRequest(`must be one of ${grants.join(", ")}`, "grant_type");
  // Without this check, the procedure would look for a cookie.
  const input = { refreshToken: requireText(body, "refresh_token") };
  return { procedure: "auth.refresh", input, outputSchema: tokensResponse };
}

function requireText(body: Record<string, unknown>, name: string): string {
  const { [name]: value } = body;
  if (typeof value !== "string") throw badRequest("is missing", name);
  return value;
}

/** The errors of the standard. Reasons that are not listed mean that the grant is not available to this caller. */
const oauthErrors: Partial<Record<Reason, string>> = {
  BAD_INPUT: "invalid_request",
  PAYLOAD_TOO_LARGE: "invalid_request",
  BAD_CREDENTIALS: "invalid_grant",
  SECOND_FACTOR_REQUIRED: "invalid_grant",
  SECOND_FACTOR_WRONG: "invalid_grant",
  REFRESH_TOKEN_INVALID: "invalid_grant",
  REFRESH_TOKEN_REUSED: "invalid_grant",
  SESSION_ENDED: "invalid_grant",
  DEVICE_PENDING: "authorization_pending",
  DEVICE_POLLED_TOO_OFTEN: "slow_down",
  DEVICE_DENIED: "access_denied",
  DEVICE_CODE_INVALID: "expired_token",
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
