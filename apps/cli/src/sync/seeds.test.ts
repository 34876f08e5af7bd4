import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, test } from "vitest";

import { aSyncWorld, type SyncWorld } from "../../test/sync-pair.ts";
import { type Place, runSeed } from "../../test/torture/run.ts";

let world: SyncWorld;
let place: Place;
beforeAll(async () => {
  world = await aSyncWorld();
  place = { client: world.client, url: world.url, home: await mkdtemp(join(tmpdir(), "mdreader-seeds-")) };
});
afterAll(async () => {
  await rm(place.home, { recursive: true, force: true });
  await world[Symbol.asyncDispose]();
});

/**
 * Two people do what comes to a seed's mind, and runs of the sync are disturbed and killed between: in the end both sides are
 * alike, nothing is lost that nobody deleted, nothing is there that nobody made, and there is nothing left to do.
 */
describe("whatever two people do", () => {
  test.each(Array.from({ length: 30 }, (_, index) => index + 1))("by seed %i", (seed) =>
    runSeed(place, seed),
  );
});
