import { describe } from "vitest";

import { test as base } from "../../test/test.ts";
import { runSeed } from "../../test/torture/run.ts";

const test = base.extend("place", { scope: "file" }, ({ user, served }) => ({ ...user, url: served.url }));

/**
 * Two users make random changes while sync runs are disturbed and killed. In the end both sides are equal, nothing is lost that
 * was not deleted, nothing exists that nobody created, and there is nothing left to do. `pnpm torture sync` runs a thousand seeds.
 */
describe("random changes of two users converge", () => {
  test.for(Array.from({ length: 15 }, (_, index) => index + 1))("seed %i", (seed, { place }) =>
    runSeed(place, seed),
  );

  test.for([
    [281, "a user swaps two files while one of them is being replaced"],
    [434, "a run that rotates images is killed, and one of them is overwritten"],
  ] as const)("seed %i: %s", ([seed], { place }) => runSeed(place, seed));

  test.for([2, 5])("seed %i, with runs in separate processes that are killed by SIGKILL", (seed, { place }) =>
    runSeed(place, seed, { runsIn: "own processes" }),
  );
});
