import { type ErrorDetails, type FieldErrors, type Reason, reasons } from "@mdreader/contract/errors";
import { isTRPCClientError, type TRPCClientError } from "@trpc/client";

import type { AppRouter } from "./types.ts";

/** A failed call whose reason is known. */
export type FailedCall<R extends Reason = Reason> = TRPCClientError<AppRouter> & {
  readonly data: ErrorDetails & { reason: R };
};

/**
 * Why a call failed; null for whatever did not come from the server, as a lost connection or an aborted call, and for a
 * reason that is newer than this client.
 */
export function reasonOf(error: unknown): Reason | null {
  return readDetails(error)?.reason ?? null;
}

/** Whether a call failed for one of `wanted`. */
export function isReason<R extends Reason>(error: unknown, ...wanted: readonly R[]): error is FailedCall<R> {
  const reason = reasonOf(error);
  return wanted.some((one) => one === reason);
}

/** What is wrong with which field of the input; empty when the input was not the reason. */
export function fieldErrorsOf(error: unknown): FieldErrors {
  return readDetails(error)?.fieldErrors ?? {};
}

/** Seconds to wait before trying again, where the server names them. */
export function retryAfterOf(error: unknown): number | null {
  return readDetails(error)?.retryAfter ?? null;
}

/** Whether no MDReader answered: the server is down, the network is gone, or something else answers at its address. */
export function isUnreachable(error: unknown): boolean {
  return isTRPCClientError<AppRouter>(error) && readDetails(error) === null && !isAborted(error);
}

function readDetails(error: unknown): ErrorDetails | null {
  if (!isTRPCClientError<AppRouter>(error)) return null;
  const data: Partial<ErrorDetails> | null | undefined = error.data;
  if (data?.reason === undefined || !Object.hasOwn(reasons, data.reason)) return null;
  return { ...data, reason: data.reason };
}

function isAborted({ cause }: TRPCClientError<AppRouter>): boolean {
  return cause instanceof Error && cause.name === "AbortError";
}
