import { AppError } from "@mdreader/api";
import { errors } from "jose";
import { AuthorizationResponseError, ClientError, ResponseBodyError } from "openid-client";

/** Errors that a provider reports when it has a problem of its own. */
const temporaryErrors = new Set(["server_error", "temporarily_unavailable"]);

/** Codes of requests that got no response. */
const connectionCodes = new Set(["OAUTH_TIMEOUT", "OAUTH_ABORT", errors.JWKSTimeout.code]);

/**
 * Converts an error of the protocol's libraries to the reason that people see. Any other error means that the response
 * is invalid.
 */
export function toProviderError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError(findReason(error), { cause: error });
}

function findReason(error: unknown) {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    if (temporaryErrors.has(error.error)) return "PROVIDER_UNAVAILABLE";
    return error.error === "access_denied" ? "PROVIDER_REFUSED" : "PROVIDER_RESPONSE_INVALID";
  }
  // The error of `fetch` when there is no connection.
  if (error instanceof TypeError && error.message === "fetch failed") return "PROVIDER_UNAVAILABLE";
  if (error instanceof ClientError) {
    const { code, cause } = error;
    if (code !== undefined && connectionCodes.has(code)) return "PROVIDER_UNAVAILABLE";
    if (cause instanceof Response && cause.status >= 500) return "PROVIDER_UNAVAILABLE";
  }
  if (error instanceof errors.JOSEError && connectionCodes.has(error.code)) return "PROVIDER_UNAVAILABLE";
  return "PROVIDER_RESPONSE_INVALID";
}

/** Describes an error for the log, without the tokens and claims that its cause may contain. */
export function describeProviderError({ reason, cause }: AppError): Record<string, string> {
  const described: Record<string, string> = { reason };
  if (cause instanceof Error) described["error"] = `${cause.name}: ${cause.message}`.slice(0, 300);
  if (cause instanceof AuthorizationResponseError || cause instanceof ResponseBodyError)
    described["providerError"] = cause.error.slice(0, 100);
  return described;
}
