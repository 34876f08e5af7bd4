import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { stateFileName } from "@mdreader/contract/synced-paths";
import { expect } from "vitest";

import { vault } from "../../server/test/vault.ts";
import { type Files, encodeBase64, readFolder, writeFolder } from "../test/folder.ts";
import { test } from "../test/sync-test.ts";

/** Empty folders are not synced. */
const files: Files = Object.fromEntries(
  Object.entries(vault).flatMap(([path, content]) => (content === null ? [] : [[path, content]])),
);
const settings = { ".obsidian/app.json": "{}", ".trash/old.md": "old" };

async function readFiles(folder: string): Promise<Record<string, string>> {
  const { [stateFileName]: _, ...found } = await readFolder(folder);
  return found;
}

test("a vault is synced, exported, imported elsewhere and synced again byte for byte", async ({
  createPair,
  machine,
  client,
}) => {
  const pair = await createPair({ ...files, ...settings });
  expect(await readFiles((await pair.another()).folder)).toEqual(encodeBase64(files));

  const exported = join(machine.home, "exported");
  await machine.json(["export", exported, "--workspace", pair.workspaceId]);
  expect(await readFolder(exported)).toEqual(encodeBase64(files));

  const { id: elsewhere } = await client.workspace.create.mutate({ name: "Elsewhere" });
  const report = await machine.json<{ failed: unknown[] }>(["import", exported, "--workspace", elsewhere]);
  expect(report.failed).toEqual([]);
  const synchronized = join(machine.home, "elsewhere");
  await mkdir(synchronized);
  await machine.json(["sync", synchronized, "--workspace", elsewhere]);
  expect(await readFiles(synchronized)).toEqual(encodeBase64(files));

  const again = join(machine.home, "again");
  await machine.json(["export", again, "--workspace", elsewhere]);
  expect(await readFolder(again)).toEqual(encodeBase64(files));

  // The vault's settings stay in place and are not sent.
  expect(await readFolder(pair.folder)).toMatchObject(encodeBase64(settings));
  await writeFolder(pair.folder, { "Index.md": "[[Project \u00c4]]\n" });
  expect(await pair.sync()).toMatchObject({ sent: { updated: 1, created: 0, deleted: 0 }, failed: [] });
});
