import { setTimeout as delay } from "node:timers/promises";

import { isReason, retryAfterOf } from "@mdreader/client";
import pLimit from "p-limit";

import { Failure, isConnectionError } from "../failure.ts";

/** Runs tasks with limited concurrency, until one fails with an error that affects all. */
export interface Pool {
  /**
   * Queues `work` and retries it when the server limits the rate.
   * Rejects with the error of `work`, or with `PoolStoppedError` once the pool has stopped.
   */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The error that stopped the pool; null while it runs. */
  readonly stoppedBy: unknown;
}

/** The pool was stopped by the error of another task. */
export class PoolStoppedError extends Error {}

/** The number of tasks that run at the same time by default. */
export const defaultConcurrency = 6;
const maxTries = 5;

export function createPool(concurrency = defaultConcurrency): Pool {
  const limit = pLimit(concurrency);
  let stoppedBy: unknown = null;

  async function runWithRetries<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      if (stoppedBy !== null) throw new PoolStoppedError();
      try {
        return await work();
      } catch (error) {
        if (isReason(error, "RATE_LIMITED") && tries < maxTries) {
          await delay((retryAfterOf(error) ?? 1) * 1000);
          continue;
        }
        if (isFatal(error)) stoppedBy ??= error;
        throw error;
      }
    }
  }

  return {
    run: (work) => limit(() => runWithRetries(work)),
    get stoppedBy() {
      return stoppedBy;
    },
  };
}

/** Whether an error affects all tasks. */
function isFatal(error: unknown): boolean {
  return (
    error instanceof Failure ||
    isConnectionError(error) ||
    isReason(
      error,
      "UNAUTHENTICATED",
      "TOKEN_EXPIRED",
      "TOKEN_INVALID",
      "SESSION_ENDED",
      "ROLE_TOO_LOW",
      "WORKSPACE_SECOND_FACTOR_REQUIRED",
      "SCOPE_MISSING",
      "LIMIT_REACHED",
      "RATE_LIMITED",
      "UNAVAILABLE",
    )
  );
}
