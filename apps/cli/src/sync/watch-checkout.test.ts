import { execFile } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { openDocument } from "@mdreader/client/live";
import { expect } from "vitest";

import { writeFolder } from "../../test/folder.ts";
import type { SyncPair } from "../../test/sync-pair.ts";
import { test as base } from "../../test/sync-test.ts";
import { admit, createUser } from "../../test/user.ts";
import { listDocumentIds, waitUntilSettled } from "../../test/watched-folder.ts";

const runGit = async ({ folder }: SyncPair, ...args: string[]) => {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.test", "-c", "core.fsync=none"];
  await promisify(execFile)("git", [...identity, ...args], { cwd: folder });
};

const test = base
  /** A synced folder that is a repository. */
  .extend("pair", async ({ createPair }) => {
    const pair = await createPair({});
    await runGit(pair, "init", "-q", "-b", "main");
    await pair.write(".git/info/exclude", ".mdreader.json\n");
    return pair;
  });

async function commit(pair: SyncPair, tag: string): Promise<void> {
  await runGit(pair, "add", "--all");
  await runGit(pair, "commit", "-q", "-m", tag);
  await runGit(pair, "tag", tag);
}

test("switching between branches with 80 changed, 40 deleted and 40 new files syncs", async ({ pair }) => {
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
  const before = await listDocumentIds(pair);
  await using running = pair.watch("--force");
  await waitUntilSettled(pair);
  const isThere = async (files: Record<string, string>) =>
    expect
      .poll(async () => Object.keys(await listDocumentIds(pair)).toSorted(), {
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
  expect(await listDocumentIds(pair)).toEqual(before);
  await runGit(pair, "diff", "--quiet", "left");
  const other = await pair.another();
  const files = Object.entries(await other.files()).filter(([path]) => !path.startsWith("mark"));
  expect(Object.fromEntries(files)).toEqual(left);
  expect(running.lines().filter((line) => line.includes('"error"'))).toEqual([]);
}, 800_000);

test("checking out commits back and forth keeps the documents while two users edit", async ({
  pair,
  served,
  client,
}) => {
  for (let number = 1; number <= 40; number += 1) {
    await pair.write(`notes/${number % 10}.md`, `note ${number % 10}, commit ${number}\n`);
    if (number % 4 === 0) await pair.write(`more/${number}.md`, `more ${number}\n`);
    if (number % 10 === 0) await pair.write(`pictures/${number}.bin`, `picture ${number}`);
    await commit(pair, `c${number}`);
  }
  await pair.write("ours.md", "ours\n");
  await pair.write("theirs.md", "theirs\n");
  await pair.sync();
  const before = await listDocumentIds(pair);
  await using running = pair.watch();
  await waitUntilSettled(pair);

  // A colleague types in the app, in their own document and in one that the owner of the folder saves.
  await using colleague = await createUser(served.url);
  await admit(client, pair.workspaceId, colleague.client, "editor");
  const open = async (title: string) => openDocument(colleague.client, (await pair.document(title)).id);
  await using theirs = await open("theirs");
  await using ours = await open("ours");
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
  await expect.poll(() => listDocumentIds(pair), { timeout: 50_000 }).toEqual(before);
  await expect.poll(() => pair.read("theirs.md"), { timeout: 50_000 }).toBe(theirs.ytext.toJSON());
  await expect.poll(() => pair.read("ours.md"), { timeout: 50_000 }).toBe(ours.ytext.toJSON());
  const written = `${await pair.read("theirs.md")}${await pair.read("ours.md")}`;
  for (const word of words) expect([word, written.split(word).length - 1]).toEqual([word, 1]);
  // Images that were missing for longer than the delay are restored after the documents.
  await expect.poll(() => pair.trash(), { timeout: 50_000 }).toEqual([]);
  await runGit(pair, "diff", "--quiet", "c40");
  expect(running.lines().filter((line) => line.includes('"error"'))).toEqual([]);
}, 240_000);
