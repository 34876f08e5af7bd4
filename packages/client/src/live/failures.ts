import { type Reason, reasons } from "@mdreader/contract/errors";

import { computeBackoffMs } from "../backoff.ts";
import { isClientError, reasonOf, retryAfterOf } from "../errors.ts";

/** Temporary failures: the same call may succeed later. A failure without a reason is a lost connection. */
const transientReasons: ReadonlySet<Reason> = new Set([
  "UNAVAILABLE",
  "INTERNAL",
  "RATE_LIMITED",
  "LIMIT_REACHED",
]);

/** The reason why a retry of the call would fail again, or null if a retry makes sense. */
export function findPermanentReason(error: unknown): Reason | null {
  const reason = reasonOf(error);
  return reason === null || transientReasons.has(reason) ? null : reason;
}

/**
 * Whether a retry of the call would fail again. For a reason that this version of the client does not know, the HTTP
 * status decides: a client error is permanent unless its status asks for a later retry.
 */
export function isPermanent(error: unknown): boolean {
  if (reasonOf(error) !== null) return findPermanentReason(error) !== null;
  if (!isClientError(error)) return false;
  const { httpStatus = 0 } = error.data ?? {};
  return httpStatus >= 400 && httpStatus < 500 && !retryLaterStatuses.has(httpStatus);
}

/** Request Timeout, Too Early, Too Many Requests. */
const retryLaterStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

/** Milliseconds until the next attempt after `attempt` failed ones, and at least the delay that the server requests. */
export function retryDelayMs(error: unknown, attempt: number): number {
  return Math.max(computeBackoffMs(attempt), (retryAfterOf(error) ?? 0) * 1000);
}

/** Edits that the server rejects, or that can no longer be sent. They stay in the document. */
export class UnsavedError extends Error {
  /** Null if the document was closed locally. */
  readonly reason: Reason | null;

  constructor(reason: Reason | null, cause?: unknown) {
    super(reason === null ? "The document was closed." : reasons[reason], { cause });
    this.name = "UnsavedError";
    this.reason = reason;
  }
}
