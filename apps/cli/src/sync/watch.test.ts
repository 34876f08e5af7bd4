import { execFile } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { everyItem } from "@mdreader/client";
import { openDocument } from "@mdreader/client/live";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { encodeBase64, readFolder, writeFolder } from "../../test/folder.ts";
import { createSyncFixture, type SyncPair, type SyncFixture } from "../../test/sync-pair.ts";

let world: SyncFixture;
beforeAll(async () => {
  world = await createSyncFixture();
});
afterAll(() => world[Symbol.asyncDispose]());

const startWatching = (pair: SyncPair) => world.machine.start(["sync", pair.folder, "--watch", "--json"]);

/** Waits until the watcher has synced all earlier local changes. */
async function waitUntilSettled(pair: SyncPair): Promise<void> {
  const mark = `mark ${crypto.randomUUID()}`;
  await pair.write(`${mark}.md`, "mark\n");
  await expect.poll(() => world.titles(pair.workspaceId), { timeout: 50_000 }).toContain(mark);
}

const findId = async (pair: SyncPair, title: string) => (await world.document(pair.workspaceId, title)).id;

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

  test.each(Object.entries(saves))("keeps the document: %s", async (_, save) => {
    const pair = await world.pair({ "a.md": "one\n", "b.md": "b\n", "c.md": "c\n" });
    const id = await findId(pair, "a");
    await using running = startWatching(pair);
    await waitUntilSettled(pair);
    for (const text of ["one\ntwo\n", "one\ntwo\nthree\n"]) {
      await save(join(pair.folder, "a.md"), text);
      await expect
        .poll(async () => (await world.client.document.get.query({ id })).content, { timeout: 50_000 })
        .toBe(text);
    }
    await waitUntilSettled(pair);
    expect(await world.trash(pair.workspaceId)).toEqual([]);
    const others = (await world.titles(pair.workspaceId)).filter((title) => !title.startsWith("mark"));
    expect(others).toEqual(["a", "b", "c"]);
    expect(running.lines().filter((line) => line.includes('"error"'))).toEqual([]);
  });
});

test("a folder that is moved away and back pauses the watch, and nothing is deleted", async () => {
  const pair = await world.pair({ "a.md": "a\n", "b.md": "b\n" });
  await using running = startWatching(pair);
  await waitUntilSettled(pair);
  await rename(pair.folder, `${pair.folder} moved`);
  await expect.poll(() => running.lines().some((line) => line.includes("waitingFor"))).toBe(true);
  await rename(`${pair.folder} moved`, pair.folder);
  await waitUntilSettled(pair);
  expect(await world.trash(pair.workspaceId)).toEqual([]);
});

test("many files missing at once are not deleted, and all other changes are synced", async () => {
  const pair = await world.pair({ "a.md": "a\n", "b.md": "b\n", "c.md": "c\n", "d.md": "d\n" });
  await using running = startWatching(pair);
  await waitUntilSettled(pair);
  for (const name of ["a", "b", "c"]) await rm(join(pair.folder, `${name}.md`));
  await expect.poll(() => running.lines().some((line) => line.includes("paused"))).toBe(true);
  await waitUntilSettled(pair);
  expect(await world.trash(pair.workspaceId)).toEqual([]);
});

test("a pause is reported once, even if further files are missing or change", async () => {
  const pair = await world.pair({
    "a.md": "a\n",
    "b.md": "b\n",
    "c.md": "c\n",
    "d.md": "d\n",
    "e.md": "e\n",
  });
  await using running = startWatching(pair);
  await waitUntilSettled(pair);
  const pauses = () => running.lines().filter((line) => line.includes("paused"));
  for (const name of ["a", "b", "c"]) await rm(join(pair.folder, `${name}.md`));
  await expect.poll(pauses).toHaveLength(1);
  await rm(join(pair.folder, "d.md"));
  await pair.write("e.md", "changed\n");
  await delay(5_000);
  await waitUntilSettled(pair);
  expect(pauses()).toHaveLength(1);
  expect(await world.trash(pair.workspaceId)).toEqual([]);
});

test("many files deleted by a colleague stay in the folder, and all other changes are synced", async () => {
  const pair = await world.pair({ "f/a.md": "a\n", "f/b.md": "b\n", "f/c.md": "c\n", "d.md": "d\n" });
  await using running = startWatching(pair);
  await waitUntilSettled(pair);
  const { id, folderId } = await world.document(pair.workspaceId, "a");
  const folder = { id: folderId ?? "" };
  await world.client.document.folder.delete.mutate(folder);
  await expect.poll(() => running.lines().some((line) => line.includes("paused"))).toBe(true);
  await waitUntilSettled(pair);
  expect(await pair.files()).toMatchObject({
    "f/a.md": "a\n",
    "f/b.md": "b\n",
    "f/c.md": "c\n",
    "d.md": "d\n",
  });
  await world.client.document.folder.restore.mutate(folder);
  await waitUntilSettled(pair);
  expect(await findId(pair, "a")).toBe(id);
});

test("a synced workspace folder in the trash stays on disk, and syncs again when it is restored", async () => {
  const pair = await world.pair({ "f/a.md": "a\n", "f/b.md": "b\n" });
  const { folderId } = await world.document(pair.workspaceId, "a");
  const bound = join(world.machine.home, crypto.randomUUID());
  await mkdir(bound);
  const command = ["sync", bound, "--workspace", pair.workspaceId, "--folder", folderId ?? ""];
  await world.machine.json(command);
  await using running = world.machine.start([...command, "--watch", "--json"]);
  await writeFolder(bound, { "c.md": "c\n" });
  await expect.poll(() => world.titles(pair.workspaceId)).toContain("c");
  await world.client.document.folder.delete.mutate({ id: folderId ?? "" });
  await expect.poll(() => running.lines().filter((line) => line.includes("paused"))).toHaveLength(1);
  await writeFolder(bound, { "c.md": "c, changed\n" });
  await delay(3_000);
  expect(await readFolder(bound)).toMatchObject(
    encodeBase64({ "a.md": "a\n", "b.md": "b\n", "c.md": "c, changed\n" }),
  );
  await world.client.document.folder.restore.mutate({ id: folderId ?? "" });
  const { id } = await world.document(pair.workspaceId, "c");
  await expect.poll(async () => (await world.client.document.get.query({ id })).content).toBe("c, changed\n");
  expect(running.hasEnded()).toBe(false);
});

const runGit = async ({ folder }: SyncPair, ...args: string[]) => {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.test", "-c", "core.fsync=none"];
  await promisify(execFile)("git", [...identity, ...args], { cwd: folder });
};

async function createRepository(): Promise<SyncPair> {
  const pair = await world.pair({});
  await runGit(pair, "init", "-q", "-b", "main");
  await pair.write(".git/info/exclude", ".mdreader.json\n");
  return pair;
}

async function commit(pair: SyncPair, tag: string): Promise<void> {
  await runGit(pair, "add", "--all");
  await runGit(pair, "commit", "-q", "-m", tag);
  await runGit(pair, "tag", tag);
}

test("switching between branches with 80 changed, 40 deleted and 40 new files syncs", async () => {
  const pair = await createRepository();
  const createNumbered = (name: string, text: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`${name}/${n}.md`, `${text} ${n}\n`]));
  const left = { ...createNumbered("kept", "as it was", 80), ...createNumbered("old", "old", 40) };
  const right = { ...createNumbered("kept", "changed", 80), ...createNumbered("new", "new", 40) };
  await writeFolder(pair.folder, left);
  await commit(pair, "left");
  await rm(join(pair.folder, "old"), { recursive: true });
  await writeFolder(pair.folder, right);
  await commit(pair, "right");
  await runGit(pair, "checkout", "-q", "left");
  await pair.sync();
  const before = await listDocumentPaths(pair);
  await using running = world.machine.start(["sync", pair.folder, "--watch", "--force", "--json"]);
  await waitUntilSettled(pair);
  const isThere = async (files: Record<string, string>) =>
    expect
      .poll(async () => Object.keys(await listDocumentPaths(pair)).toSorted(), {
        timeout: 250_000,
        interval: 1_000,
      })
      .toEqual(Object.keys(files).toSorted());
  for (let round = 1; round <= 3; round += 1) {
    await runGit(pair, "checkout", "-q", "right");
    // The first checkout is synced completely; later ones switch back during a sync.
    if (round === 1) await isThere(right);
    else await delay(1_500);
    await runGit(pair, "checkout", "-q", "left");
    if (round > 1) await delay(1_500);
  }
  await isThere(left);
  await waitUntilSettled(pair);
  expect(await listDocumentPaths(pair)).toEqual(before);
  await runGit(pair, "diff", "--quiet", "left");
  const other = await pair.another();
  const files = Object.entries(await other.files()).filter(([path]) => !path.startsWith("mark"));
  expect(Object.fromEntries(files)).toEqual(left);
  expect(running.lines().filter((line) => line.includes('"error"'))).toEqual([]);
}, 800_000);

test("checking out commits back and forth keeps the documents while two users edit", async () => {
  const pair = await createRepository();
  for (let number = 1; number <= 40; number += 1) {
    await pair.write(`notes/${number % 10}.md`, `note ${number % 10}, commit ${number}\n`);
    if (number % 4 === 0) await pair.write(`more/${number}.md`, `more ${number}\n`);
    if (number % 10 === 0) await pair.write(`pictures/${number}.bin`, `picture ${number}`);
    await commit(pair, `c${number}`);
  }
  await pair.write("ours.md", "ours\n");
  await pair.write("theirs.md", "theirs\n");
  await pair.sync();
  const before = await listDocumentTitles(pair);
  await using running = startWatching(pair);
  await waitUntilSettled(pair);

  // A colleague types in the app, in their own document and in one that the owner of the folder saves.
  const colleague = await world.colleague(pair.workspaceId);
  await using theirs = await openDocument(colleague, await findId(pair, "theirs"));
  await using ours = await openDocument(colleague, await findId(pair, "ours"));
  await Promise.all([theirs.synced(), ours.synced()]);
  const stopped = new AbortController();
  const words: string[] = [];
  const type = async () => {
    for (let number = 1; !stopped.signal.aborted; number += 1) {
      const typed = number % 2 === 0 ? theirs : ours;
      words.push(`typed-${number}.`);
      for (const letter of `typed-${number}.`) {
        typed.ytext.insert(typed.ytext.length, letter);
        await delay(25);
      }
      typed.ytext.insert(typed.ytext.length, "\n");
      await delay(200);
    }
  };
  const save = async () => {
    const path = join(pair.folder, "ours.md");
    for (let number = 1; !stopped.signal.aborted; number += 1) {
      words.push(`saved-${number}.`);
      writeFileSync(`${path}.tmp~`, `saved-${number}.\n${readFileSync(path, "utf8")}`);
      renameSync(`${path}.tmp~`, path);
      await delay(900);
    }
  };
  const writing = Promise.all([type(), save()]);
  for (const number of [24, 40, 8, 39, 1, 40, 30, 20, 40]) {
    await runGit(pair, "checkout", "-q", `c${number}`);
    await delay(number === 1 ? 6_000 : 700);
  }
  stopped.abort();
  await writing;
  await Promise.all([theirs.whenSaved(), ours.whenSaved()]);
  await waitUntilSettled(pair);
  await expect.poll(() => listDocumentTitles(pair), { timeout: 50_000 }).toEqual(before);
  await expect.poll(() => pair.read("theirs.md"), { timeout: 50_000 }).toBe(theirs.ytext.toJSON());
  await expect.poll(() => pair.read("ours.md"), { timeout: 50_000 }).toBe(ours.ytext.toJSON());
  const written = `${await pair.read("theirs.md")}${await pair.read("ours.md")}`;
  for (const word of words) expect([word, written.split(word).length - 1]).toEqual([word, 1]);
  // Images that were missing for longer than the delay are restored after the documents.
  await expect.poll(() => world.trash(pair.workspaceId), { timeout: 50_000 }).toEqual([]);
  await runGit(pair, "diff", "--quiet", "c40");
  expect(running.lines().filter((line) => line.includes('"error"'))).toEqual([]);
}, 240_000);

test("documents and images that are missing for longer than the delay are restored when they return", async () => {
  const gone = { "more/a.md": "a\n", "pictures/1.bin": "1", "pictures/2.bin": "2" };
  const names = Array.from({ length: 8 }, (_, n) => [`n/${n}.md`, `${n}\n`] as const);
  const pair = await world.pair({ ...gone, "pictures/0.bin": "0", ...Object.fromEntries(names) });
  const { workspaceId } = pair;
  const listIds = async () => {
    const { items } = await world.client.file.list.query({ workspaceId });
    return [await findId(pair, "a"), ...items.map(({ id }) => id).toSorted()];
  };
  const before = await listIds();
  // The folder of the document is created again.
  const trash = async () => (await world.trash(workspaceId)).filter((name) => name !== "more");
  await using running = startWatching(pair);
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

test("names that change only in case keep their documents", async () => {
  const pair = await world.pair({
    "readme.md": "readme\n",
    "docs/a.md": "a\n",
    "docs/Pic.png": "p",
    "b.md": "b\n",
  });
  const before = await listDocumentTitles(pair);
  await using running = startWatching(pair);
  await waitUntilSettled(pair);
  const at = (path: string) => join(pair.folder, path);
  await rename(at("readme.md"), at("README.md"));
  await expect.poll(async () => Object.keys(await listDocumentTitles(pair))).toContain("README");
  await rename(at("docs"), at("Docs"));
  const findPath = async () => (await listFolders(pair)).join();
  await expect.poll(findPath, { timeout: 50_000 }).toBe("Docs");
  await rename(at("Docs/Pic.png"), at("Docs/pic.png"));
  await expect.poll(() => world.filePaths(pair.workspaceId)).toEqual(["pic.png"]);

  const { folderId } = await world.document(pair.workspaceId, "a");
  await world.client.document.folder.rename.mutate({ id: folderId ?? "", name: "DOCS" });
  await expect.poll(() => pair.read("DOCS/a.md").catch(() => null), { timeout: 50_000 }).toBe("a\n");
  await waitUntilSettled(pair);
  const { readme, ...rest } = before;
  expect(await listDocumentTitles(pair)).toEqual({ ...rest, README: readme });
  expect(await listFolders(pair)).toEqual(["DOCS"]);
  // A folder renamed on disk becomes a new folder; the old one is empty.
  expect(await world.trash(pair.workspaceId)).toEqual(["docs"]);
  expect(running.lines().filter((line) => line.includes('"failed":[{'))).toEqual([]);
  expect(running.hasEnded()).toBe(false);
});

async function listFolders({ workspaceId }: SyncPair): Promise<string[]> {
  const { items } = await world.client.document.tree.query({ workspaceId });
  return items.flatMap(({ kind, name }) => (kind === "folder" ? [name] : []));
}

/** The IDs of all documents in a workspace by path. */
async function listDocumentPaths({ workspaceId }: SyncPair): Promise<Record<string, string>> {
  const all = await Array.fromAsync(
    everyItem(async (cursor) =>
      world.client.workspace.contents.query({ workspaceId, cursor: cursor ?? null }),
    ),
  );
  const folders = new Map(all.flatMap(({ kind, id, name }) => (kind === "folder" ? [[id, name]] : [])));
  return Object.fromEntries(
    all.flatMap(({ kind, id, name, folderId }) =>
      kind === "document" && folderId !== null ? [[`${folders.get(folderId)}/${name}.md`, id]] : [],
    ),
  );
}

/** The IDs of a workspace's documents by title, without the markers. */
async function listDocumentTitles({ workspaceId }: SyncPair): Promise<Record<string, string>> {
  const { items } = await world.client.document.list.query({ workspaceId, limit: 100 });
  const kept = items.filter(({ title }) => !title.startsWith("mark"));
  return Object.fromEntries(kept.map(({ title, id }) => [title, id]));
}
