import { type ErrorDetails, type FieldErrors, type Reason, reasons } from "@mdreader/contract/errors";
import { type Role, roles } from "@mdreader/contract/policy";
import type { TRPCClientError } from "@trpc/client";

import type { AppRouter } from "./types.ts";

/** A failed call whose reason is known. */
export type FailedCall<R extends Reason = Reason> = TRPCClientError<AppRouter> & {
  readonly data: ErrorDetails & { reason: R };
};

/** Recognizes errors of calls by their shape, because a program may have several copies of tRPC. */
export const isClientError = (error: unknown): error is TRPCClientError<AppRouter> =>
  typeof error === "object" && error !== null && "name" in error && error.name === "TRPCClientError";

/**
 * The reason why a call failed. Null for errors that did not come from the server, such as a lost connection or an
 * aborted call, and for reasons that this version of the client does not know.
 */
export function reasonOf(error: unknown): Reason | null {
  return readDetails(error)?.reason ?? null;
}

/** Whether a call failed for one of the `wanted` reasons. */
export function isReason<R extends Reason>(error: unknown, ...wanted: readonly R[]): error is FailedCall<R> {
  const reason = reasonOf(error);
  return wanted.some((one) => one === reason);
}

/** The problems of each field of the input. Empty if the input was not the reason. */
export function fieldErrorsOf(error: unknown): FieldErrors {
  return readDetails(error)?.fieldErrors ?? {};
}

/** Seconds to wait before another attempt, or null if the server does not specify them. */
export function retryAfterOf(error: unknown): number | null {
  return readDetails(error)?.retryAfter ?? null;
}

/**
 * The lowest role that permits a call, and the caller's, if the latter is too low. Null for other errors, and for roles that
 * this version of the client does not know.
 */
export function rolesOf(error: unknown): { requiredRole: Role; currentRole: Role } | null {
  const { requiredRole, currentRole } = readDetails(error) ?? {};
  const isKnown = (role: Role | undefined): role is Role => roles.some((known) => known === role);
  return isKnown(requiredRole) && isKnown(currentRole) ? { requiredRole, currentRole } : null;
}

/** Whether no MDReader server responded: it is down, the network is lost, or another service has its address. */
export function isUnreachable(error: unknown): boolean {
  return isClientError(error) && !hasReason(error) && !isAborted(error);
}

/** Whether an error came from an MDReader server, even if only newer clients know its reason. */
function hasReason({ data }: TRPCClientError<AppRouter>): boolean {
  const details: Partial<Record<keyof ErrorDetails, unknown>> | null | undefined = data;
  return typeof details?.reason === "string";
}

function readDetails(error: unknown): ErrorDetails | null {
  if (!isClientError(error)) return null;
  const data: Partial<ErrorDetails> | null | undefined = error.data;
  if (data?.reason === undefined || !Object.hasOwn(reasons, data.reason)) return null;
  return { ...data, reason: data.reason };
}

function isAborted({ cause }: TRPCClientError<AppRouter>): boolean {
  return typeof cause === "object" && cause !== null && "name" in cause && cause.name === "AbortError";
}
