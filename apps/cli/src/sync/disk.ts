import { createWriteStream, openAsBlob } from "node:fs";
import { lstat, rename, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { codeOf, fileProblem, temporaryPrefix } from "../files.ts";
import { hashOfFile } from "../transfer/attachments.ts";
import { readMarkdown, Unfit } from "../transfer/markdown-file.ts";
import { inside, openFolder, type TargetFolder, writeInto } from "../transfer/target.ts";
import { hashOf } from "./local.ts";

/** The file is not what it was when it was looked at: whoever changed it is not overwritten. The next look finds out. */
export class Touched extends Error {}

/** Changes files of the folder, each in one step, and none that has been touched since it was looked at. */
export interface Disk {
  read(path: string): Promise<string>;
  /** The hash of what is at a path; null where nothing is. @throws Unfit when it is no file. */
  hash(path: string): Promise<string | null>;
  /** @param expected The hash of what is there; null where nothing may be there, or the same. */
  write(path: string, content: string, expected: string | null): Promise<void>;
  /** The bytes of a file as they lie on the disk, for sending. */
  open(path: string): Promise<Blob>;
  /** Writes bytes as they come. `expected` as with `write`. */
  receive(path: string, body: ReadableStream<Uint8Array>, expected: string | null): Promise<void>;
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

  async function hashAt(path: string): Promise<string | null> {
    try {
      const found = await lstat(locate(path));
      if (found.isSymbolicLink()) throw new Unfit("is a link; what it leads to is not written to");
      if (!found.isFile()) throw new Unfit("can't be written: something else has its name");
    } catch (error) {
      if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
      throw error instanceof Unfit ? error : new Unfit(fileProblem(error));
    }
    return hashOfFile(locate(path));
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
    hash: hashAt,
    async write(path, content, expected) {
      const there = await hashAt(path);
      if (there !== expected && there !== hashOf(content)) throw new Touched(path);
      await writeInto(await folderOf(path), nameOf(path), content, true);
    },
    open: (path) => openAsBlob(locate(path)),
    async receive(path, body, expected) {
      const folder = await folderOf(path);
      const temporary = join(folder.path, `${temporaryPrefix}${crypto.randomUUID()}`);
      try {
        await pipeline(Readable.fromWeb(body), createWriteStream(temporary, { flags: "wx" }));
        const there = await hashAt(path);
        if (there !== expected && there !== (await hashOfFile(temporary))) throw new Touched(path);
        await rename(temporary, inside(folder, nameOf(path)));
      } finally {
        await unlink(temporary).catch(() => {});
      }
    },
    async move(from, to) {
      if ((await hashAt(to)) !== null) throw new Touched(to);
      await rename(locate(from), inside(await folderOf(to), nameOf(to)));
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

/** A path beside another one: `a (mine).md`, and from the second on `a (mine 2).md`. */
function besides(path: string, mark: string, number: number): string {
  const dot = path.lastIndexOf(".");
  const end = dot > path.lastIndexOf("/") ? dot : path.length;
  return `${path.slice(0, end)} (${mark}${number === 1 ? "" : ` ${number}`})${path.slice(end)}`;
}

/** Gives a file another name beside its own. @returns Its new path. */
export async function moveAside(disk: Disk, path: string, mark: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const as = besides(path, mark, number);
    try {
      await disk.move(path, as);
      return as;
    } catch (error) {
      if (!(error instanceof Touched)) throw error;
    }
  }
}
