import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { writeFolder } from "../../test/folder.ts";
import { createSyncFixture, type SyncFixture } from "../../test/sync-pair.ts";
import { createProgress } from "../progress.ts";
import { asidePrefix, toBaseName } from "./names.ts";
import { openPair } from "./open-pair.ts";
import { synchronize } from "./sync-pass.ts";

let world: SyncFixture;
beforeAll(async () => {
  world = await createSyncFixture();
});
afterAll(() => world[Symbol.asyncDispose]());

test("a file set aside is not treated as deleted if another file takes its target path", async () => {
  const { workspaceId, folder } = await world.pair({ "a.md": "a\n", "b.md": "b\n", "c.md": "c\n" });
  const { client } = world;
  const [a, b] = [await world.document(workspaceId, "a"), await world.document(workspaceId, "b")];
  await client.document.update.mutate({ id: a.id, title: "between" });
  await client.document.update.mutate({ id: b.id, title: "a" });
  await client.document.update.mutate({ id: a.id, title: "b" });

  const cli = { client, url: world.url, configFolder: join(world.machine.home, "config") };
  const pair = await openPair(cli, folder, {});
  const { disk } = pair;
  let isWritten = false;
  const move = async (from: string, to: string) => {
    const isBack = toBaseName(from).startsWith(asidePrefix) && !isWritten;
    if (isBack) {
      isWritten = true;
      await writeFolder(folder, { [to]: "written just now\n" });
    }
    await disk.move(from, to);
  };
  const { report, stoppedBy } = await synchronize(
    { ...pair, disk: { ...disk, move } },
    { direction: "both", progress: createProgress("", true), mayDelete: () => Promise.resolve(true) },
  );
  expect({ stoppedBy, failed: report.failed, isWritten }).toEqual({
    stoppedBy: null,
    failed: [],
    isWritten: true,
  });
  expect(await world.trash(workspaceId)).toEqual([]);
  expect(await client.document.get.query({ id: a.id })).toMatchObject({ content: "a\n" });
  expect(await client.document.get.query({ id: b.id })).toMatchObject({ content: "b\n" });
});
