import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createClient } from "@mdreader/client";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createSyncFixture, nothing, type SyncFixture } from "../../test/sync-pair.ts";
import { createProgress } from "../progress.ts";
import { openPair } from "./open-pair.ts";
import { synchronize } from "./sync-pass.ts";

let world: SyncFixture;
beforeAll(async () => {
  world = await createSyncFixture();
});
afterAll(() => world[Symbol.asyncDispose]());

/** A file that is larger than what is read before the upload. */
const large = Buffer.alloc(17 * 1024 * 1024);

test.each([
  ["before it is opened", "before", Buffer.from("small")],
  ["after it is opened", "after", large],
])("a file that vanishes %s is neither sent nor retried, and the others are sent", async (_, when, bytes) => {
  const { workspaceId, folder } = await world.pair({ "a.md": "a\n" });
  await writeFile(join(folder, "backup.bin"), bytes);
  await writeFile(join(folder, "picture.png"), "png");
  let uploads = 0;
  await using client = createClient({
    url: world.url,
    token: (await world.client.session.accessToken()) ?? "",
    fetch(input, init) {
      if (init?.method === "PUT") uploads += 1;
      return fetch(input, init);
    },
  });
  const cli = { client, url: world.url, configFolder: join(world.machine.home, "config") };
  const pair = await openPair(cli, folder, {});
  const open = async (path: string) => {
    if (path !== "backup.bin") return pair.disk.open(path);
    if (when === "before") await rm(join(folder, path));
    const blob = await pair.disk.open(path);
    await rm(join(folder, path));
    return blob;
  };
  const { report } = await synchronize(
    { ...pair, disk: { ...pair.disk, open } },
    { direction: "both", progress: createProgress("", true), mayDelete: () => Promise.resolve(true) },
  );
  expect(report).toMatchObject({ sent: { ...nothing, created: 1 }, received: nothing, failed: [] });
  expect(uploads).toBe(1);
  expect(await world.filePaths(workspaceId)).toEqual(["picture.png"]);
});
