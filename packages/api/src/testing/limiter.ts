import { AppError } from "../errors.ts";
import type { LimitedAction, RateLimiter } from "../ports.ts";

/** Counts like a real limiter whose windows never end. */
export interface TestLimiter extends RateLimiter {
  /** What was counted, as `action key`, in order. */
  readonly counted: string[];
}

/** @param limits How often each may be tried; without a limit, for ever. */
export function createTestLimiter(limits: Partial<Record<LimitedAction, number>> = {}): TestLimiter {
  const points = new Map<string, number>();
  const counted: string[] = [];
  return {
    counted,
    async consume(action, key) {
      const counter = `${action} ${key}`;
      counted.push(counter);
      const count = (points.get(counter) ?? 0) + 1;
      points.set(counter, count);
      if (count > (limits[action] ?? Infinity)) throw new AppError("RATE_LIMITED", { retryAfter: 60 });
    },
    async reset(action, key) {
      points.delete(`${action} ${key}`);
    },
  };
}
