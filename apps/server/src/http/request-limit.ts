import { AppError } from "@mdreader/api";

import type { Headers } from "./response/headers.ts";

const windowSeconds = 60;

/** Limits the requests of any kind of each user, and of each network before sign-in. */
export interface RequestLimit {
  /**
   * Counts a request, and adds the headers that tell how many are left.
   * @throws AppError RATE_LIMITED
   */
  count(owner: string, headers: Headers): void;
}

/**
 * Counts in windows of a minute, in this process. It protects the server from runaway programs; attempts to guess
 * passwords have stricter limits of their own.
 * @param perMinute The largest number of requests in a minute; 0 for no limit.
 * @param now Milliseconds since any fixed moment.
 */
export function createRequestLimit(perMinute: number, now: () => number): RequestLimit {
  let windowStart = now();
  let counts = new Map<string, number>();
  return {
    count(owner, headers) {
      if (perMinute === 0) return;
      const time = now();
      if (time - windowStart >= windowSeconds * 1000) {
        windowStart = time;
        counts = new Map();
      }
      const count = (counts.get(owner) ?? 0) + 1;
      counts.set(owner, count);
      const remaining = Math.max(perMinute - count, 0);
      const seconds = Math.max(Math.ceil(windowSeconds - (time - windowStart) / 1000), 1);
      headers["ratelimit-policy"] = `"default";q=${perMinute};w=${windowSeconds}`;
      headers["ratelimit"] = `"default";r=${remaining};t=${seconds}`;
      if (count > perMinute) throw new AppError("RATE_LIMITED", { retryAfter: seconds });
    },
  };
}
