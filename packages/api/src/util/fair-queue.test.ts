import { describe, expect, it } from "vitest";

import { countOutcomes } from "../testing/failure.ts";
import { createFairQueue, type QueuedJob } from "./fair-queue.ts";

const limits = {
  concurrency: 1,
  maxWaiting: 1000,
  maxWaitingPerOwner: 500,
  maxWaitMs: 60_000,
  retryAfterSeconds: 5,
};

/** Queues jobs behind a running one, and returns the order in which they ran. */
async function orderOf(turns: readonly (QueuedJob & { name: string })[]): Promise<string[]> {
  const inTurn = createFairQueue(limits);
  const begin = Promise.withResolvers<void>();
  const first = inTurn({ owner: "first" }, () => begin.promise);
  const ran: string[] = [];
  const jobs = turns.map(({ name, ...turn }) =>
    inTurn(turn, async () => {
      ran.push(name);
    }),
  );
  begin.resolve();
  await Promise.all([first, ...jobs]);
  return ran;
}

describe("createFairQueue", () => {
  it("alternates between owners: many jobs of one do not delay the job of another", async () => {
    const many = Array.from({ length: 50 }, (_, n) => ({ owner: "a", name: `a${n}` }));
    const ran = await orderOf([...many, { owner: "b", name: "b" }, { owner: "c", name: "c" }]);
    expect(ran.slice(0, 4)).toEqual(["a0", "b", "c", "a1"]);
  });

  it("prefers urgent jobs without starving others", async () => {
    const signIns = Array.from({ length: 10 }, (_, n) => ({ owner: `s${n}`, name: `s${n}`, isUrgent: true }));
    const others = Array.from({ length: 3 }, (_, n) => ({ owner: `o${n}`, name: `o${n}` }));
    const ran = await orderOf([...others, ...signIns]);
    expect(ran).toEqual(["s0", "s1", "s2", "s3", "o0", "s4", "s5", "s6", "s7", "o1", "s8", "s9", "o2"]);
  });

  it("runs jobs up to the concurrency limit, and continues after a failure", async () => {
    const inTurn = createFairQueue({ ...limits, concurrency: 2 });
    let running = 0;
    let most = 0;
    const jobs = Array.from({ length: 9 }, (_, n) =>
      inTurn({ owner: "a" }, async () => {
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        if (n === 3) throw new Error("failed");
      }),
    );
    const settled = await Promise.allSettled(jobs);
    expect(settled.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect([most, running]).toEqual([2, 0]);
  });

  it("leaves capacity to other owners if the limit per owner is lower", async () => {
    const inTurn = createFairQueue({ ...limits, concurrency: 2, concurrencyPerOwner: 1 });
    const end = Promise.withResolvers<void>();
    const started: string[] = [];
    const start = (name: string) => () => {
      started.push(name);
      return end.promise;
    };
    const jobs = ["a", "a", "b", "b", "c"].map((owner, n) => inTurn({ owner }, start(`${owner}${n}`)));
    expect(started).toEqual(["a0", "b2"]);
    end.resolve();
    await Promise.all(jobs);
    expect(started).toEqual(["a0", "b2", "a1", "b3", "c4"]);
  });

  it("rejects jobs of an owner who has too many waiting, and accepts those of others", async () => {
    const inTurn = createFairQueue({ ...limits, maxWaitingPerOwner: 2 });
    const job = () => new Promise<void>((resolve) => setImmediate(resolve));
    const flood = countOutcomes(Array.from({ length: 10 }, () => inTurn({ owner: "a" }, job)));
    const other = inTurn({ owner: "b" }, job);
    expect(await flood).toEqual({ ok: 3, RATE_LIMITED: 7 });
    await other;
  });
});
