import { createTestDatabase, type TestDatabase } from "@mdreader/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createPlan } from "../../test/simulation/plan.ts";
import { createSimulator, type Simulator } from "../../test/simulation/simulate.ts";

/**
 * Several servers on one PostgreSQL, users who write through them, and a seed that decides when each message arrives.
 * `pnpm torture schedules` tries many more seeds. Seeds that failed there are added here, with their cause.
 */
const found = [
  { seed: 1, what: "a client sends its whole state with each edit" },
  { seed: 2, what: "a user writes under another user's client id" },
  { seed: 7, what: "twelve windows follow a document on partitioned servers" },
  { seed: 8, what: "texts are saved on a server that lags behind" },
  { seed: 22, what: "the database is restored to an earlier state" },
  { seed: 181, what: "a server keeps a document in memory over a restore" },
  { seed: 269, what: "a role changes back before any stream has noticed" },
  { seed: 300, what: "a text is saved after a restore under ids that a window knows" },
];

describe("an edit that several servers acknowledge", () => {
  let database: TestDatabase;
  let simulator: Simulator;
  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await createSimulator(database.url);
  });
  afterAll(async () => {
    await simulator[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  test.each(found)("is kept when $what (seed $seed)", async ({ seed }) => {
    expect((await simulator.run(createPlan(seed))).failures).toEqual([]);
  });

  test("is scheduled identically by the same seed", async () => {
    const first = await simulator.run(createPlan(12), { traces: true });
    const second = await simulator.run(createPlan(12), { traces: true });
    expect(second.trace).toEqual(first.trace);
    expect(first.trace.length).toBeGreaterThan(100);
  });
});
