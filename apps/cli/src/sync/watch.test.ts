import { execFile } from "node:child_process";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { aSyncWorld, type SyncPair, type SyncWorld } from "../../test/sync-pair.ts";

let world: SyncWorld;
beforeAll(async () => {
  world = await aSyncWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const watching = (pair: SyncPair) => world.machine.start(["sync", pair.folder, "--watch", "--json"]);

/** Waits until the watcher has taken what was done here before. */
async function settled(pair: SyncPair): Promise<void> {
  const mark = `mark ${crypto.randomUUID()}`;
  await pair.write(`${mark}.md`, "mark\n");
  await expect.poll(() => world.titles(pair.workspaceId), { timeout: 50_000 }).toContain(mark);
}

const idOf = async (pair: SyncPair, title: string) => (await world.document(pair.workspaceId, title)).id;

describe("how editors save", () => {
  const saves: Record<string, (path: string, text: string) => Promise<void>> = {
    "Vim, which renames the old file away and writes a new one": async (path, text) => {
      await rename(path, `${path}~`);
      await delay(600);
      await writeFile(path, text);
      await rm(`${path}~`);
    },
    "those that write beside and rename": async (path, text) => {
      await writeFile(`${path}.tmp`, text);
      await delay(50);
      await rename(`${path}.tmp`, path);
    },
    "those that empty the file and write it anew": async (path, text) => {
      await using file = await open(path, "w");
      await delay(50);
      await file.writeFile(text);
    },
    "those that take it away for seconds": async (path, text) => {
      await rm(path);
      await delay(2_500);
      await writeFile(path, text);
    },
  };

  test.each(Object.entries(saves))("keeps the document: %s", async (_, save) => {
    const pair = await world.pair({ "a.md": "one\n", "b.md": "b\n", "c.md": "c\n" });
    const id = await idOf(pair, "a");
    await using running = watching(pair);
    await settled(pair);
    for (const text of ["one\ntwo\n", "one\ntwo\nthree\n"]) {
      await save(join(pair.folder, "a.md"), text);
      await expect
        .poll(async () => (await world.client.document.get.query({ id })).content, { timeout: 50_000 })
        .toBe(text);
    }
    await settled(pair);
    expect(await world.trash(pair.workspaceId)).toEqual([]);
    const others = (await world.titles(pair.workspaceId)).filter((title) => !title.startsWith("mark"));
    expect(others).toEqual(["a", "b", "c"]);
    expect(running.lines().filter((line) => line.includes('"error"'))).toEqual([]);
  });
});

test("a folder that is moved away and back is waited for, and nothing in it is deleted", async () => {
  const pair = await world.pair({ "a.md": "a\n", "b.md": "b\n" });
  await using running = watching(pair);
  await settled(pair);
  await rename(pair.folder, `${pair.folder} moved`);
  await expect.poll(() => running.lines().some((line) => line.includes("waitingFor"))).toBe(true);
  await rename(`${pair.folder} moved`, pair.folder);
  await settled(pair);
  expect(await world.trash(pair.workspaceId)).toEqual([]);
});

test("much that is gone at once is not deleted while it is watched, and all else goes on", async () => {
  const pair = await world.pair({ "a.md": "a\n", "b.md": "b\n", "c.md": "c\n", "d.md": "d\n" });
  await using running = watching(pair);
  await settled(pair);
  for (const name of ["a", "b", "c"]) await rm(join(pair.folder, `${name}.md`));
  await expect.poll(() => running.lines().some((line) => line.includes("paused"))).toBe(true);
  await settled(pair);
  expect(await world.trash(pair.workspaceId)).toEqual([]);
});

test("a watcher whose workspace is deleted ends, also while a deletion waits", async () => {
  const pair = await world.pair({ "a.md": "a\n", "b.md": "b\n" });
  const ended = world.machine.run(["sync", pair.folder, "--watch", "--json"]);
  await settled(pair);
  await rm(join(pair.folder, "a.md"));
  await delay(1_000);
  await world.client.workspace.delete.mutate({ id: pair.workspaceId });
  expect((await ended).code).toBe(1);
});

test("a repository whose commits are checked out back and forth keeps its documents, while two people write", async () => {
  const pair = await world.pair({});
  const git = async (...args: string[]) => {
    const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.test", "-c", "core.fsync=none"];
    await promisify(execFile)("git", [...identity, ...args], { cwd: pair.folder });
  };
  await git("init", "-q", "-b", "main");
  await pair.write(".git/info/exclude", ".mdreader.json\n");
  for (let commit = 1; commit <= 100; commit += 1) {
    await pair.write(`notes/${commit % 10}.md`, `note ${commit % 10}, commit ${commit}\n`);
    if (commit % 4 === 0) await pair.write(`more/${commit}.md`, `more ${commit}\n`);
    if (commit % 10 === 0) await pair.write(`pictures/${commit}.bin`, `picture ${commit}`);
    await git("add", ".");
    await git("commit", "-q", "-m", `${commit}`);
    await git("tag", `c${commit}`);
  }
  await pair.write("mine.md", "mine\n");
  await pair.write("theirs.md", "theirs\n");
  await pair.sync();
  const before = await documentsOf(pair);
  const theirs = await idOf(pair, "theirs");
  let [mine, written] = ["mine\n", "theirs\n"];
  await using running = watching(pair);
  for (const commit of [60, 100, 20, 99, 1, 100, 75, 50, 100]) {
    await git("checkout", "-q", `c${commit}`);
    mine += `at ${commit}\n`;
    await pair.write("mine.md", mine);
    const { version, content } = await world.client.document.get.query({ id: theirs });
    written = `${content}at ${commit}\n`;
    await world.client.document.applyText.mutate({ id: theirs, baseVersion: version, text: written });
    await delay(commit === 1 ? 6_000 : 700);
  }
  await settled(pair);
  await expect.poll(() => documentsOf(pair), { timeout: 50_000 }).toEqual(before);
  await expect.poll(() => pair.read("theirs.md")).toBe(written);
  expect((await world.document(pair.workspaceId, "mine")).content).toBe(mine);
  expect(await world.trash(pair.workspaceId)).toEqual([]);
  await git("diff", "--quiet", "c100");
  expect(running.lines().filter((line) => line.includes('"error"'))).toEqual([]);
}, 240_000);

/** The ids of a workspace's documents by their titles, but for those that only mark a moment. */
async function documentsOf({ workspaceId }: SyncPair): Promise<Record<string, string>> {
  const { items } = await world.client.document.list.query({ workspaceId, limit: 100 });
  const kept = items.filter(({ title }) => !title.startsWith("mark"));
  return Object.fromEntries(kept.map(({ title, id }) => [title, id]));
}
