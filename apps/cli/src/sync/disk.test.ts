import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { lstat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createFileHashes } from "./file-hashes.ts";
import { type LocalFileSystem, createLocalFileSystem, FileChangedError } from "./local-file-system.ts";
import { hashText } from "./names.ts";

let folder: string;
let disk: LocalFileSystem;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mdreader-disk-"));
  disk = createLocalFileSystem({ path: folder }, createFileHashes());
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const toPath = (path: string) => join(folder, path);

test("nothing is written if the folder itself has been moved away", async () => {
  await disk.write("sub/a.md", "a\n", null);
  renameSync(folder, `${folder} moved`);
  try {
    await expect(disk.write("sub/b.md", "b\n", null)).rejects.toThrow(FileChangedError);
    expect(existsSync(folder)).toBe(false);
  } finally {
    renameSync(`${folder} moved`, folder);
  }
});

describe("a save during a file operation is never lost", () => {
  const changes: Record<string, (expected: string) => Promise<void>> = {
    write: (expected) => disk.write("a.md", "theirs\n", expected),
    receive: (expected) => disk.receive("a.md", (open) => pipeline(["theirs\n"], open()), expected),
    remove: (expected) => disk.remove("a.md", expected),
    "move away": () => disk.move("b.md", "c.md"),
  };
  const saves: Record<string, () => void> = {
    "in place": () => writeFileSync(toPath("a.md"), "mine\n"),
    "by renaming": () => {
      writeFileSync(toPath("a.md.tmp"), "mine\n");
      renameSync(toPath("a.md.tmp"), toPath("a.md"));
    },
    "as a new file": () => writeFileSync(toPath("c.md"), "mine\n"),
  };
  const tried = Object.keys(changes).flatMap((change) => Object.keys(saves).map((save) => [change, save]));

  test.each(tried)("%s, saved %s", async (change = "", save = "") => {
    // The delay is a number of file operations, which take about as long as those of the change.
    for (let operations = 0; operations < 40; operations += 1) {
      for (const name of ["a.md", "b.md", "c.md"]) rmSync(toPath(name), { force: true });
      writeFileSync(toPath("a.md"), "both\n");
      writeFileSync(toPath("b.md"), "both\n");
      const changing = changes[change]?.(hashText("both\n")).catch((error: unknown) => {
        if (!(error instanceof FileChangedError)) throw error;
      });
      for (let done = 0; done < operations; done += 1) await lstat(folder);
      saves[save]?.();
      await changing;
      const saved = readFileSync(toPath(save === "as a new file" ? "c.md" : "a.md"), "utf8");
      expect({ operations, saved }).toEqual({ operations, saved: "mine\n" });
    }
  });
});
