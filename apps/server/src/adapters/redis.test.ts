import { once } from "node:events";

import { openProxy } from "@mdreader/db/testing/proxy";
import { expect, test } from "vitest";

import { createLogs } from "./logger.ts";
import { createRedisBus } from "./redis-bus.ts";
import { connectRedis } from "./redis.ts";

const url = process.env["TEST_REDIS_URL"] ?? "";
const { log } = createLogs("silent");

test.skipIf(url === "")(
  "a dead connection is reopened and blocks no command (set TEST_REDIS_URL)",
  async () => {
    await using proxy = await openProxy(url);
    const redis = connectRedis(proxy.url, log);
    try {
      await once(redis, "ready");
      proxy.stall();
      await expect(redis.ping()).rejects.toThrow(/timed out/);
      proxy.moveTo(url);
      await expect.poll(() => redis.ping().catch(() => null), { timeout: 10_000 }).toBe("PONG");
    } finally {
      redis.disconnect();
    }
  },
);

test.skipIf(url === "")(
  "subscribers receive a resync message when the connection to Redis dies silently (set TEST_REDIS_URL)",
  async () => {
    await using proxy = await openProxy(url);
    const bus = createRedisBus(proxy.url, log);
    const other = createRedisBus(url, log);
    try {
      const messages: unknown[] = [];
      bus.subscribe("silence", (message) => messages.push(message));
      await expect.poll(() => messages, { timeout: 10_000 }).toContainEqual({});
      proxy.stall();
      messages.length = 0;
      await expect.poll(() => messages, { timeout: 10_000 }).toContainEqual({});
      proxy.moveTo(url);
      await expect
        .poll(
          () => {
            other.publish("silence", { hello: "again" });
            return messages;
          },
          { timeout: 10_000, interval: 200 },
        )
        .toContainEqual({ hello: "again" });
    } finally {
      await bus.close();
      await other.close();
    }
  },
);
