import { open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { describe, expect } from "vitest";

import { encodeBase64, readFolder, writeFolder } from "../../test/folder.ts";
import type { SyncPair } from "../../test/sync-pair.ts";
import { test } from "../../test/sync-test.ts";
import { listDocumentIds, waitUntilSettled } from "../../test/watched-folder.ts";

const findId = async (pair: SyncPair, title: string) => (await pair.document(title)).id;

describe("the save strategy of an editor", () => {
  const saves: Record<string, (path: string, text: string) => Promise<void>> = {
    "renaming the old file and writing a new one, like Vim": async (path, text) => {
      await rename(path, `${path}~`);
      await delay(600);
      await writeFile(path, text);
      await rm(`${path}~`);
    },
    "writing a temporary file and renaming it": async (path, text) => {
      await writeFile(`${path}.tmp`, text);
      await delay(50);
      await rename(`${path}.tmp`, path);
    },
    "truncating and rewriting the file": async (path, text) => {
      await using file = await open(path, "w");
      await delay(50);
      await file.writeFile(text);
    },
    "removing the file for seconds": async (path, text) => {
      await rm(path);
      await delay(2_500);
      await writeFile(path, text);
    },
  };

  test.for(Object.entries(saves))("keeps the document: %s", async ([, save], { createPair, client }) => {
    const pair = await createPair({ "a.md": "one\n", "b.md": "b\n", "c.md": "c\n" });
    const id = await findId(pair, "a");
    await using running = pair.watch();
    await waitUntilSettled(pair);
    for (const text of ["one\ntwo\n", "one\ntwo\nthree\n"]) {
      await save(join(pair.folder, "a.md"), text);
      await expect
        .poll(async () => (await client.document.get.query({ id })).content, { timeout: 50_000 })
        .toBe(text);
    }
    await waitUntilSettled(pair);
    expect(await pair.trash()).toEqual([]);
    const others = (await pair.titles()).filter((title) => !title.startsWith("mark"));
    expect(others).toEqual(["a", "b", "c"]);
    expect(running.lines().filter((line) => line.includes('"error"'))).toEqual([]);
  });
});

test("a folder that is moved away and back pauses the watch, and nothing is deleted", async ({
  createPair,
}) => {
  const pair = await createPair({ "a.md": "a\n", "b.md": "b\n" });
  await using running = pair.watch();
  await waitUntilSettled(pair);
  await rename(pair.folder, `${pair.folder} moved`);
  await expect.poll(() => running.lines().some((line) => line.includes("waitingFor"))).toBe(true);
  await rename(`${pair.folder} moved`, pair.folder);
  await waitUntilSettled(pair);
  expect(await pair.trash()).toEqual([]);
});

test("many files missing at once are not deleted, and all other changes are synced", async ({
  createPair,
}) => {
  const pair = await createPair({ "a.md": "a\n", "b.md": "b\n", "c.md": "c\n", "d.md": "d\n" });
  await using running = pair.watch();
  await waitUntilSettled(pair);
  for (const name of ["a", "b", "c"]) await rm(join(pair.folder, `${name}.md`));
  await expect.poll(() => running.lines().some((line) => line.includes("paused"))).toBe(true);
  await waitUntilSettled(pair);
  expect(await pair.trash()).toEqual([]);
});

test("a pause is reported once, even if further files are missing or change", async ({ createPair }) => {
  const pair = await createPair({
    "a.md": "a\n",
    "b.md": "b\n",
    "c.md": "c\n",
    "d.md": "d\n",
    "e.md": "e\n",
  });
  await using running = pair.watch();
  await waitUntilSettled(pair);
  const pauses = () => running.lines().filter((line) => line.includes("paused"));
  for (const name of ["a", "b", "c"]) await rm(join(pair.folder, `${name}.md`));
  await expect.poll(pauses).toHaveLength(1);
  await rm(join(pair.folder, "d.md"));
  await pair.write("e.md", "changed\n");
  await delay(5_000);
  await waitUntilSettled(pair);
  expect(pauses()).toHaveLength(1);
  expect(await pair.trash()).toEqual([]);
});

test("many files deleted by a colleague stay in the folder, and all other changes are synced", async ({
  createPair,
  client,
}) => {
  const pair = await createPair({ "f/a.md": "a\n", "f/b.md": "b\n", "f/c.md": "c\n", "d.md": "d\n" });
  await using running = pair.watch();
  await waitUntilSettled(pair);
  const { id, folderId } = await pair.document("a");
  const folder = { id: folderId ?? "" };
  await client.document.folder.delete.mutate(folder);
  await expect.poll(() => running.lines().some((line) => line.includes("paused"))).toBe(true);
  await waitUntilSettled(pair);
  expect(await pair.files()).toMatchObject({
    "f/a.md": "a\n",
    "f/b.md": "b\n",
    "f/c.md": "c\n",
    "d.md": "d\n",
  });
  await client.document.folder.restore.mutate(folder);
  await waitUntilSettled(pair);
  expect(await findId(pair, "a")).toBe(id);
});

test("a synced workspace folder in the trash stays on disk, and syncs again when it is restored", async ({
  createPair,
  machine,
  client,
}) => {
  const pair = await createPair({ "f/a.md": "a\n", "f/b.md": "b\n" });
  const { folderId } = await pair.document("a");
  const bound = await machine.createFolder();
  const command = ["sync", bound, "--workspace", pair.workspaceId, "--folder", folderId ?? ""];
  await machine.json(command);
  await using running = machine.start([...command, "--watch", "--json"]);
  await writeFolder(bound, { "c.md": "c\n" });
  await expect.poll(() => pair.titles()).toContain("c");
  await client.document.folder.delete.mutate({ id: folderId ?? "" });
  await expect.poll(() => running.lines().filter((line) => line.includes("paused"))).toHaveLength(1);
  await writeFolder(bound, { "c.md": "c, changed\n" });
  await delay(3_000);
  expect(await readFolder(bound)).toMatchObject(
    encodeBase64({ "a.md": "a\n", "b.md": "b\n", "c.md": "c, changed\n" }),
  );
  await client.document.folder.restore.mutate({ id: folderId ?? "" });
  const { id } = await pair.document("c");
  await expect.poll(async () => (await client.document.get.query({ id })).content).toBe("c, changed\n");
  expect(running.hasEnded()).toBe(false);
});

test("documents and images that are missing for longer than the delay are restored when they return", async ({
  createPair,
  client,
}) => {
  const gone = { "more/a.md": "a\n", "pictures/1.bin": "1", "pictures/2.bin": "2" };
  const names = Array.from({ length: 8 }, (_, n) => [`n/${n}.md`, `${n}\n`] as const);
  const pair = await createPair({ ...gone, "pictures/0.bin": "0", ...Object.fromEntries(names) });
  const { workspaceId } = pair;
  const listIds = async () => {
    const { items } = await client.file.list.query({ workspaceId });
    return [await findId(pair, "a"), ...items.map(({ id }) => id).toSorted()];
  };
  const before = await listIds();
  // The folder of the document is created again.
  const trash = async () => (await pair.trash()).filter((name) => name !== "more");
  await using running = pair.watch();
  await waitUntilSettled(pair);
  for (let round = 0; round < 2; round += 1) {
    for (const path of Object.keys(gone)) await rm(join(pair.folder, path));
    await rm(join(pair.folder, "more"), { recursive: true });
    await expect.poll(trash, { timeout: 50_000 }).toEqual(["1.bin", "2.bin", "a"]);
    await writeFolder(pair.folder, gone);
    await waitUntilSettled(pair);
    await expect.poll(trash, { timeout: 50_000 }).toEqual([]);
    expect(await listIds()).toEqual(before);
  }
  expect(running.lines().filter((line) => line.includes('"error"'))).toEqual([]);
}, 240_000);

test("names that change only in case keep their documents", async ({ client, createPair }) => {
  const listFolders = async ({ workspaceId }: SyncPair) => {
    const { items } = await client.document.tree.query({ workspaceId });
    return items.flatMap(({ kind, name }) => (kind === "folder" ? [name] : []));
  };
  const pair = await createPair({
    "readme.md": "readme\n",
    "docs/a.md": "a\n",
    "docs/Pic.png": "p",
    "b.md": "b\n",
  });
  const before = await listDocumentIds(pair);
  await using running = pair.watch();
  await waitUntilSettled(pair);
  const at = (path: string) => join(pair.folder, path);
  await rename(at("readme.md"), at("README.md"));
  await expect.poll(async () => Object.keys(await listDocumentIds(pair))).toContain("README.md");
  await rename(at("docs"), at("Docs"));
  await expect.poll(() => listFolders(pair), { timeout: 50_000 }).toEqual(["Docs"]);
  await rename(at("Docs/Pic.png"), at("Docs/pic.png"));
  await expect.poll(() => pair.filePaths()).toEqual(["pic.png"]);

  const { folderId } = await pair.document("a");
  await client.document.folder.rename.mutate({ id: folderId ?? "", name: "DOCS" });
  await expect.poll(() => pair.read("DOCS/a.md").catch(() => null), { timeout: 50_000 }).toBe("a\n");
  await waitUntilSettled(pair);
  const { "readme.md": readme, "docs/a.md": a, ...rest } = before;
  expect(await listDocumentIds(pair)).toEqual({ ...rest, "README.md": readme, "DOCS/a.md": a });
  expect(await listFolders(pair)).toEqual(["DOCS"]);
  // A folder renamed on disk becomes a new folder; the old one is empty.
  expect(await pair.trash()).toEqual(["docs"]);
  expect(running.lines().filter((line) => line.includes('"failed":[{'))).toEqual([]);
  expect(running.hasEnded()).toBe(false);
});
