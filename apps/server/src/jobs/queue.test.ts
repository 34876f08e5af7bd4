import { createTestDatabase } from "@mdreader/db/testing";
import { openProxy } from "@mdreader/db/testing/proxy";
import { expect, test } from "vitest";

import { createLogs } from "../adapters/logger.ts";
import { startJobs } from "./queue.ts";

test.each(["stalls and moves", "is cut"])(
  "jobs run again after the connection to Postgres %s",
  async (how) => {
    await using database = await createTestDatabase();
    await using proxy = await openProxy(database.url);
    const jobs = await startJobs(proxy.url, createLogs("silent").log);
    try {
      const { boss } = jobs;
      const done = new Set<unknown>();
      await boss.createQueue("work");
      await boss.work("work", { pollingIntervalSeconds: 0.5 }, async (batch) => {
        for (const { data } of batch) done.add(data);
      });
      await boss.send("work", { at: "first" });
      await expect.poll(() => done.size).toBe(1);
      if (how === "is cut") proxy.cut();
      else {
        proxy.stall();
        proxy.moveTo(database.url);
      }
      let sent = false;
      await expect
        .poll(async () => (sent ||= await boss.send("work", { at: "second" }).then(Boolean, () => false)), {
          timeout: 30_000,
        })
        .toBe(true);
      await expect.poll(() => done.size, { timeout: 30_000 }).toBe(2);
    } finally {
      await jobs.stop();
    }
  },
);
