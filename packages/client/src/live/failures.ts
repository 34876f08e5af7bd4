import { type Reason, reasons } from "@mdreader/contract/errors";
import { isTRPCClientError } from "@trpc/client";

import { backoffMs } from "../backoff.ts";
import { reasonOf, retryAfterOf } from "../errors.ts";
import type { AppRouter } from "../types.ts";

/** What passes by itself: the same call may succeed a little later. A failure without a reason is a lost connection. */
const transientReasons: ReadonlySet<Reason> = new Set([
  "UNAVAILABLE",
  "INTERNAL",
  "RATE_LIMITED",
  "LIMIT_REACHED",
]);

/** Why a call will fail again however often it is made; null where it is worth another try. */
export function permanentReason(error: unknown): Reason | null {
  const reason = reasonOf(error);
  return reason === null || transientReasons.has(reason) ? null : reason;
}

/**
 * Whether a call will fail again however often it is made. A reason that is newer than this client counts by its HTTP
 * status: what a server refuses, it goes on refusing, unless it says to come later.
 */
export function isPermanent(error: unknown): boolean {
  if (reasonOf(error) !== null) return permanentReason(error) !== null;
  if (!isTRPCClientError<AppRouter>(error)) return false;
  const { httpStatus = 0 } = error.data ?? {};
  return httpStatus >= 400 && httpStatus < 500 && !retryLaterStatuses.has(httpStatus);
}

/** Request Timeout, Too Early, Too Many Requests. */
const retryLaterStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

/** Milliseconds until the next try after `attempt` failed ones, and no less than what the server asks for. */
export function retryDelayMs(error: unknown, attempt: number): number {
  return Math.max(backoffMs(attempt), (retryAfterOf(error) ?? 0) * 1000);
}

/** Edits that the server does not take, or can't be given any more. What was typed stays in the document. */
export class UnsavedError extends Error {
  /** Null when the document was closed on this side. */
  readonly reason: Reason | null;

  constructor(reason: Reason | null, cause?: unknown) {
    super(reason === null ? "The document was closed." : reasons[reason], { cause });
    this.name = "UnsavedError";
    this.reason = reason;
  }
}
