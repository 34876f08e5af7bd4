import { setTimeout as delay } from "node:timers/promises";

import { isReason, isUnreachable, retryAfterOf } from "@mdreader/client";
import pLimit from "p-limit";

import { Failure } from "../failure.ts";

/** Runs a few works at a time, until one fails in a way that all would. */
export interface Pool {
  /**
   * Runs `work` when its turn comes, again after a pause where the server asks for one.
   * Rejects with what `work` does; with `PoolStoppedError` once another work's failure has stopped the pool.
   */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** What stopped the pool; null while nothing has. */
  readonly stoppedBy: unknown;
}

/** Another work has failed in a way that this one would too. */
export class PoolStoppedError extends Error {}

const concurrency = 6;
const maxTries = 5;

export function createPool(): Pool {
  const limit = pLimit(concurrency);
  let stoppedBy: unknown = null;

  async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
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
    run: (work) => limit(() => patiently(work)),
    get stoppedBy() {
      return stoppedBy;
    },
  };
}

/** Whether a failure is not about the one thing that was tried. */
function isFatal(error: unknown): boolean {
  return (
    error instanceof Failure ||
    isUnreachable(error) ||
    isReason(
      error,
      "UNAUTHENTICATED",
      "TOKEN_EXPIRED",
      "TOKEN_INVALID",
      "SESSION_ENDED",
      "ROLE_TOO_LOW",
      "SCOPE_MISSING",
      "LIMIT_REACHED",
      "RATE_LIMITED",
      "UNAVAILABLE",
    )
  );
}
