import { existsSync } from "node:fs";
import { mkdir, readdir, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "vitest";

import { test } from "../../test/sync-test.ts";

const createTemporaryName = () => `.mdreader-${crypto.randomUUID()}`;

async function writeAged(path: string, minutes: number): Promise<void> {
  await writeFile(path, "draft\n");
  const at = new Date(Date.now() - minutes * 60_000);
  await utimes(path, at, at);
}

/** Writes what a killed process leaves in a folder, and what only looks like it. @returns The paths to stay. */
async function writeTemporaryFiles(folder: string): Promise<string[]> {
  await writeAged(join(folder, createTemporaryName()), 11);
  const [recent, foreign, link, inside] = [
    createTemporaryName(),
    ".mdreader-notes",
    createTemporaryName(),
    createTemporaryName(),
  ];
  await writeAged(join(folder, recent), 9);
  await writeAged(join(folder, foreign), 11);
  await writeAged(join(folder, "target"), 11);
  await symlink("target", join(folder, link));
  await mkdir(join(folder, inside));
  return [recent, foreign, link, inside, "target"];
}

const listMissing = (folder: string, names: readonly string[]) =>
  names.filter((name) => !existsSync(join(folder, name)));
const listTemporary = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.startsWith(".mdreader-")).length;

test("a sync removes temporary files of killed runs, and nothing else", async ({ createPair, machine }) => {
  const pair = await createPair({ "f/a.md": "a\n" });
  const listings = join(machine.home, ".config", "mdreader", "listings");
  await writeAged(join(listings, createTemporaryName()), 11);
  const folders = [pair.folder, join(pair.folder, "f")];
  const expected = await Promise.all(folders.map(writeTemporaryFiles));
  await pair.sync();
  for (const [index, folder] of folders.entries()) {
    expect(listMissing(folder, expected[index] ?? [])).toEqual([]);
    expect(await listTemporary(folder)).toBe(4);
  }
  expect(await listTemporary(listings)).toBe(0);
});

test("an export removes temporary files of killed runs, and nothing else", async ({
  createPair,
  machine,
}) => {
  const { workspaceId } = await createPair({ "f/a.md": "a\n" });
  const folder = join(machine.home, crypto.randomUUID());
  const run = () => machine.json(["export", folder, "--workspace", workspaceId]);
  await run();
  const expected = await writeTemporaryFiles(join(folder, "f"));
  await run();
  expect(listMissing(join(folder, "f"), expected)).toEqual([]);
  expect(await listTemporary(join(folder, "f"))).toBe(4);
});
