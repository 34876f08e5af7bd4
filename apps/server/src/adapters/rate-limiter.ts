import { AppError, type LimitedAction, type RateLimiter } from "@mdreader/api";
import type { Redis } from "ioredis";
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible";

import { defaultLimits, type Limits } from "./rate-limits.ts";

/**
 * Counts attempts in Redis, if configured, so that several servers share the counts, otherwise in this process. While
 * Redis is unavailable, each process counts separately.
 */
export function createLimiter(redis: Redis | null, limits: Limits = defaultLimits): RateLimiter {
  const limiters = createLimiters(limits, ({ points, durationSeconds }, action) => {
    const options = { keyPrefix: `limit:${action}`, points, duration: durationSeconds };
    const memory = new RateLimiterMemory(options);
    return redis === null
      ? memory
      : new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: memory });
  });
  return {
    async consume(action, key) {
      try {
        await limiters[action].consume(key);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const seconds = Math.ceil(error.msBeforeNext / 1000);
        throw new AppError("RATE_LIMITED", { retryAfter: Math.max(seconds, 1) });
      }
    },
    async reset(action, key) {
      await limiters[action].delete(key);
    },
  };
}

function createLimiters(
  limits: Limits,
  createOne: (limit: Limits[LimitedAction], action: string) => RateLimiterAbstract,
): Record<LimitedAction, RateLimiterAbstract> {
  const entries = Object.entries(limits).map(
    ([action, limit]) => [action, createOne(limit, action)] as const,
  );
  return Object.fromEntries(entries) as Record<LimitedAction, RateLimiterAbstract>; // the same names
}
