import { lstat, rename, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";

import { codeOf, fileProblem } from "../files.ts";
import { readMarkdown, Unfit } from "../transfer/markdown-file.ts";
import { openFolder, type TargetFolder, writeInto } from "../transfer/target.ts";
import { hashOf } from "./local.ts";

/** The file is not what it was when it was looked at: whoever changed it is not overwritten. The next look finds out. */
export class Touched extends Error {}

/** Changes files of the folder, each in one step, and none that has been touched since it was looked at. */
export interface Disk {
  read(path: string): Promise<string>;
  /** @param expected The hash of what is there; null where nothing may be there, or the same. */
  write(path: string, content: string, expected: string | null): Promise<void>;
  /** @throws Touched when something is there already. */
  move(from: string, to: string): Promise<void>;
  /** Removes a file, and the folders that it leaves empty. */
  remove(path: string, expected: string): Promise<void>;
}

export function diskOf(root: TargetFolder): Disk {
  const locate = (path: string) => join(root.path, ...path.split("/"));

  async function folderOf(path: string): Promise<TargetFolder> {
    let folder = root;
    for (const name of path.split("/").slice(0, -1)) folder = await openFolder(folder, name);
    return folder;
  }

  /** The hash of what is at a path; null where nothing is. */
  async function hashAt(path: string): Promise<string | null> {
    try {
      await lstat(locate(path));
    } catch (error) {
      if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
      throw new Unfit(fileProblem(error));
    }
    return hashOf(await readMarkdown(locate(path)));
  }

  async function pruneFolders(path: string): Promise<void> {
    for (let at = path; at.includes("/");) {
      at = at.slice(0, at.lastIndexOf("/"));
      try {
        await rmdir(locate(at));
      } catch {
        return; // something else is in it
      }
    }
  }

  return {
    read: (path) => readMarkdown(locate(path)),
    async write(path, content, expected) {
      const there = await hashAt(path);
      if (there !== expected && there !== hashOf(content)) throw new Touched(path);
      await writeInto(await folderOf(path), nameOf(path), content, true);
    },
    async move(from, to) {
      if ((await hashAt(to)) !== null) throw new Touched(to);
      const { path } = await folderOf(to);
      await rename(locate(from), join(path, nameOf(to)));
      await pruneFolders(from);
    },
    async remove(path, expected) {
      if ((await hashAt(path)) !== expected) throw new Touched(path);
      await unlink(locate(path));
      await pruneFolders(path);
    },
  };
}

export const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
export const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));
