import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openFolder, openTarget, type TargetFolder, writeTree } from "./write-tree.ts";

let base: string;
let target: TargetFolder;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "mdreader-target-"));
  target = await openTarget(join(base, "made", "on", "the", "way"));
});
afterEach(() => rm(base, { recursive: true, force: true }));

test("writes the bytes, skips equal files, and keeps files that differ without overwrite", async () => {
  const path = join(target.path, "a.md");
  expect(await writeTree(target, "a.md", "\ufeffone\r\n", false)).toBe("written");
  expect(await readFile(path)).toEqual(Buffer.from("\ufeffone\r\n"));
  expect(await writeTree(target, "a.md", "\ufeffone\r\n", false)).toBe("unchanged");
  await expect(writeTree(target, "a.md", "two", false)).rejects.toThrow("--overwrite");
  expect(await readFile(path, "utf8")).toBe("\ufeffone\r\n");
  expect(await writeTree(target, "a.md", "two", true)).toBe("written");
  expect(await readdir(target.path)).toEqual(["a.md"]);
});

test("never writes through a link to a file or folder", async () => {
  const victim = join(base, "victim.md");
  await writeFile(victim, "mine");
  await symlink(victim, join(target.path, "a.md"));
  await expect(writeTree(target, "a.md", "theirs", true)).rejects.toThrow("is a symbolic link");
  expect(await readFile(victim, "utf8")).toBe("mine");

  await mkdir(join(base, "elsewhere"));
  await symlink(join(base, "elsewhere"), join(target.path, "sub"));
  await expect(openFolder(target, "sub")).rejects.toThrow("is a symbolic link");
});

test("opens existing folders, and rejects files in their place", async () => {
  const first = await openFolder(target, "sub");
  expect(await openFolder(target, "sub")).toEqual(first);
  await writeFile(join(target.path, "file"), "");
  await expect(openFolder(target, "file")).rejects.toThrow("a file has the same name");
  await expect(writeTree(target, "sub", "text", true)).rejects.toThrow("the name is already in use");
});

test.each(["", ".", "..", "../x.md", "/etc/x.md", "a/b.md", "a\0.md"])(
  "rejects the name %j, even if a caller did not sanitize it",
  async (name) => {
    await expect(writeTree(target, name, "text", true)).rejects.toThrow("leads out of the folder");
    await expect(openFolder(target, name)).rejects.toThrow("leads out of the folder");
    expect(await readdir(target.path)).toEqual([]);
  },
);

test("writes nothing to version control folders under any spelling of their names", async () => {
  for (const name of [".git", ".GIT", "git~1", ".git.", ".g\u200cit", ".hg"]) {
    await expect(openFolder(target, name)).rejects.toThrow("belongs to version control");
    await expect(writeTree(target, name, "gitdir: elsewhere", true)).rejects.toThrow(
      "belongs to version control",
    );
  }
  expect(await readdir(target.path)).toEqual([]);
});
