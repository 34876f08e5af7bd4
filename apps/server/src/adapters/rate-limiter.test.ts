import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

import { AppError, type RateLimiter } from "@mdreader/api";
import { describe, expect, test } from "vitest";

import { createLogs } from "./logger.ts";
import { createLimiter } from "./rate-limiter.ts";
import { defaultLimits, type Limits } from "./rate-limits.ts";
import { connectRedis } from "./redis.ts";

const { log } = createLogs("silent");
const limits: Limits = { ...defaultLimits, mail: { points: 2, durationSeconds: 60 } };

/** Returns how many of `tries` concurrent attempts are allowed. */
async function countAllowed(limiter: RateLimiter, key: string, tries: number): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: tries }, () => limiter.consume("mail", key)));
  for (const result of results) {
    if (result.status === "rejected") expect(result.reason).toBeInstanceOf(AppError);
  }
  return results.filter(({ status }) => status === "fulfilled").length;
}

describe("attempts", () => {
  test("are counted by action and key, and report when to retry", async () => {
    const limiter = createLimiter(null, limits);
    expect(await countAllowed(limiter, "a", 5)).toBe(2);
    expect(await countAllowed(limiter, "b", 1)).toBe(1);
    const refusal = await limiter.consume("mail", "a").catch((error: unknown) => error);
    expect(refusal).toMatchObject({ reason: "RATE_LIMITED" });
    expect((refusal as AppError).retryAfter).toBeLessThanOrEqual(60);
    await limiter.reset("mail", "a");
    expect(await countAllowed(limiter, "a", 1)).toBe(1);
  });

  test("are counted by this process while Redis is unavailable, so limits still apply", async () => {
    const nobody = createServer().listen(0, "127.0.0.1");
    await once(nobody, "listening");
    const address = nobody.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    await new Promise((resolve) => nobody.close(resolve));
    const redis = connectRedis(`redis://127.0.0.1:${port}`, log);
    try {
      expect(await countAllowed(createLimiter(redis, limits), "a", 5)).toBe(2);
    } finally {
      redis.disconnect();
    }
  });

  const url = process.env["TEST_REDIS_URL"];
  test.skipIf(url === undefined)(
    "are counted across all servers with Redis (set TEST_REDIS_URL)",
    async () => {
      const both = [connectRedis(url ?? "", log), connectRedis(url ?? "", log)];
      await Promise.all(both.map((redis) => once(redis, "ready")));
      try {
        const key = randomUUID();
        const [one, two] = both.map((redis) => createLimiter(redis, limits));
        if (one === undefined || two === undefined) throw new Error("no limiters");
        expect((await countAllowed(one, key, 1)) + (await countAllowed(two, key, 5))).toBe(2);
      } finally {
        for (const redis of both) redis.disconnect();
      }
    },
  );
});
