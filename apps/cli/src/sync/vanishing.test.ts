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
  ["before it is opened", "opening", Buffer.from("small")],
  ["before it is read", "reading", large],
  ["while it is sent", "sending", large],
])("a file that vanishes %s is not retried, and the others are sent", async (_, moment, bytes) => {
  const { workspaceId, folder } = await world.pair({ "a.md": "a\n" });
  await writeFile(join(folder, "backup.bin"), bytes);
  await writeFile(join(folder, "picture.png"), "png");
  const vanishAt = (reached: string) =>
    reached === moment ? rm(join(folder, "backup.bin"), { force: true }) : Promise.resolve();
  const sent: number[] = [];
  await using client = createClient({
    url: world.url,
    token: (await world.client.session.accessToken()) ?? "",
    async fetch(input, init) {
      if (init?.method === "PUT" && init.body instanceof Blob) {
        sent.push(init.body.size);
        if (init.body.size > 3) await vanishAt("sending");
      }
      return fetch(input, init);
    },
  });
  const cli = { client, url: world.url, configFolder: join(world.machine.home, "config") };
  const pair = await openPair(cli, folder, {});
  const open = async (path: string) => {
    await vanishAt("opening");
    const blob = await pair.disk.open(path);
    await vanishAt("reading");
    return blob;
  };
  const { report } = await synchronize(
    { ...pair, disk: { ...pair.disk, open } },
    { direction: "both", progress: createProgress("", true), mayDelete: () => Promise.resolve(true) },
  );
  expect(report).toMatchObject({ sent: { ...nothing, created: 1 }, received: nothing, failed: [] });
  expect(sent.filter((size) => size > 3)).toHaveLength(moment === "sending" ? 1 : 0);
  expect(await world.filePaths(workspaceId)).toEqual(["picture.png"]);
});
