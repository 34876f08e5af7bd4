import { afterAll, beforeAll, describe, test } from "vitest";

import { createSyncFixture, type SyncFixture } from "../../test/sync-pair.ts";
import { runSeed } from "../../test/torture/run.ts";

let world: SyncFixture;
beforeAll(async () => {
  world = await createSyncFixture();
});
afterAll(() => world[Symbol.asyncDispose]());

/**
 * Two people do what comes to a seed's mind, and runs of the sync are disturbed and killed between: in the end both sides are
 * alike, nothing is lost that nobody deleted, nothing is there that nobody made, and there is nothing left to do.
 */
describe("whatever two people do", () => {
  test.each(Array.from({ length: 30 }, (_, index) => index + 1))("by seed %i", (seed) =>
    runSeed(world, seed),
  );

  test.each([
    [281, "somebody exchanges two files while one of them is being replaced"],
    [434, "a run is killed round a circle of pictures, and one of them is overwritten"],
  ])("by seed %i: %s", (seed) => runSeed(world, seed));

  test.each([2, 4, 5])("by seed %i, each run a process of its own that SIGKILL ends", (seed) =>
    runSeed(world, seed, { runsIn: "own processes" }),
  );
});
