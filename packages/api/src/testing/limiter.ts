import { AppError } from "../errors.ts";
import type { LimitedAction, RateLimiter } from "../ports.ts";

/** Counts like a real rate limiter whose windows never end. */
export interface TestLimiter extends RateLimiter {
  /** The counted attempts as `action key`, in order. */
  readonly counted: string[];
}

/** @param limits The number of permitted attempts per action. Actions without a limit are unrestricted. */
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
