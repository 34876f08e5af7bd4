import { afterAll, beforeAll, describe, test } from "vitest";

import { createSyncFixture, type SyncFixture } from "../../test/sync-pair.ts";
import { runSeed } from "../../test/torture/run.ts";

let world: SyncFixture;
beforeAll(async () => {
  world = await createSyncFixture();
});
afterAll(() => world[Symbol.asyncDispose]());

/**
 * Two users make random changes while sync runs are disturbed and killed. In the end both sides are equal, nothing is lost that
 * was not deleted, nothing exists that nobody created, and there is nothing left to do. `pnpm torture sync` runs a thousand seeds.
 */
describe("random changes of two users converge", () => {
  test.each(Array.from({ length: 15 }, (_, index) => index + 1))("seed %i", (seed) => runSeed(world, seed));

  test.each([
    [281, "a user swaps two files while one of them is being replaced"],
    [434, "a run that rotates images is killed, and one of them is overwritten"],
  ])("seed %i: %s", (seed) => runSeed(world, seed));

  test.each([2, 5])("seed %i, with runs in separate processes that are killed by SIGKILL", (seed) =>
    runSeed(world, seed, { runsIn: "own processes" }),
  );
});
