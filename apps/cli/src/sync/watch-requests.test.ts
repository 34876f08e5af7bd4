import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { expect } from "vitest";

import { test } from "../../test/sync-test.ts";
import { createOutput } from "../output.ts";
import { watchFolder } from "./watch-folder.ts";

test("a change by another user costs a watcher one request and one scan, and a local one two requests", async ({
  createPair,
  createClientThrough,
  openSynced,
  client,
}) => {
  const files = { "a.md": "a\n", "b.md": "b\n", "c.md": "c\n", "f/1.md": "1\n", "f/2.md": "2\n" };
  const { workspaceId, folder, document: find, titles } = await createPair(files);
  let requests = 0;
  const through = await createClientThrough((...input) => {
    requests += 1;
    return fetch(...input);
  });
  const opened = await openSynced(folder, through);
  let scans = 0;
  const scan: typeof opened.local.scan = (kindOf) => {
    scans += 1;
    return opened.local.scan(kindOf);
  };
  const pair = { ...opened, local: { ...opened.local, scan } };
  const stopped = new AbortController();
  const output = { ...createOutput(true), event: () => {} };
  const watching = watchFolder({ output }, pair, folder, { force: false, signal: stopped.signal });

  /** Waits until the watcher makes no more requests. */
  async function waitUntilIdle() {
    for (let before = -1; before !== requests + scans;) {
      before = requests + scans;
      await delay(1_500);
    }
    return { requests, scans };
  }
  /** The requests and scans that a change costs. */
  async function countRequests(act: () => Promise<unknown>, isDone: () => Promise<boolean>): Promise<string> {
    const before = await waitUntilIdle();
    await act();
    await expect.poll(isDone, { timeout: 50_000 }).toBe(true);
    const after = await waitUntilIdle();
    return `${after.requests - before.requests} requests, ${after.scans - before.scans} scans`;
  }
  const exists = async (path: string) => existsSync(join(folder, path));
  const idOf = async (title: string) => (await find(title)).id;
  const { document } = client;
  const [a, b, c] = [await idOf("a"), await idOf("b"), await idOf("c")];
  const folderId = (await document.get.query({ id: await idOf("1") })).folderId ?? "";

  const costs = {
    edit: await countRequests(
      () => document.applyText.mutate({ id: a, baseVersion: 1, text: "edited\n" }),
      async () => (await readFile(join(folder, "a.md"), "utf8")) === "edited\n",
    ),
    creation: await countRequests(
      () => document.create.mutate({ workspaceId, title: "new", content: "new\n" }),
      () => exists("new.md"),
    ),
    rename: await countRequests(
      () => document.update.mutate({ id: b, title: "renamed" }),
      () => exists("renamed.md"),
    ),
    deletion: await countRequests(
      () => document.delete.mutate({ id: c }),
      async () => !(await exists("c.md")),
    ),
    "folder rename": await countRequests(
      () => document.folder.rename.mutate({ id: folderId, name: "other" }),
      async () => (await exists("other/2.md")) && !(await exists("f")),
    ),
    "local file": await countRequests(
      () => writeFile(join(folder, "local.md"), "local\n"),
      async () => (await titles()).includes("local"),
    ),
    "local edit": await countRequests(
      () => writeFile(join(folder, "renamed.md"), "b, edited\n"),
      async () => (await document.get.query({ id: b })).content === "b, edited\n",
    ),
  };
  stopped.abort();
  await watching;
  expect(costs).toEqual({
    edit: "1 requests, 1 scans",
    creation: "1 requests, 1 scans",
    rename: "1 requests, 1 scans",
    deletion: "1 requests, 1 scans",
    "folder rename": expect.stringContaining("1 requests"),
    "local file": expect.stringContaining("2 requests"),
    "local edit": expect.stringContaining("2 requests"),
  });
});
