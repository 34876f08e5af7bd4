import { createWriteStream, openAsBlob } from "node:fs";
import { lstat, readFile, realpath, rename, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { codeOf, fileProblem, temporaryPrefix } from "../files.ts";
import { hashOfFile } from "../transfer/attachments.ts";
import { readMarkdown, Unfit } from "../transfer/markdown-file.ts";
import { inside, openFolder, type TargetFolder, writeInto } from "../transfer/target.ts";
import { hashOf, nameOf } from "./names.ts";

/** The file is not what it was when it was looked at: whoever changed it is not overwritten. The next look finds out. */
export class Touched extends Error {}

/** Changes files of the folder, each in one step, and none that has been touched since it was looked at, or through a link. */
export interface Disk {
  /** @throws Touched when it is not there any more. */
  read(path: string): Promise<string>;
  /** The hash of what is at a path; null where nothing is. @throws Unfit when it is no file. */
  hash(path: string): Promise<string | null>;
  /** Whether there is a folder at a path. */
  hasFolder(path: string): Promise<boolean>;
  /** @param expected The hash of what is there; null where nothing may be there, or the same. */
  write(path: string, content: string, expected: string | null): Promise<void>;
  /** The bytes of a file as they lie on the disk, for sending. @throws Touched when it is not there any more. */
  open(path: string): Promise<Blob>;
  /** Writes bytes as they come. `expected` as with `write`. */
  receive(path: string, body: ReadableStream<Uint8Array>, expected: string | null): Promise<void>;
  /** @throws Touched when something is there already, or nothing is to be moved. */
  move(from: string, to: string): Promise<void>;
  remove(path: string, expected: string): Promise<void>;
  /** Removes the folder at a path, and then those above it, as far as `mayGo` says and nothing is in them. */
  pruneFolders(path: string, mayGo: (path: string) => boolean): Promise<void>;
}

/** Files up to this many bytes are read before they are sent: what becomes of them meanwhile does not matter. */
const readAtOnceBytes = 16 * 1024 * 1024;

export function diskOf(root: TargetFolder): Disk {
  /** The place of a path, whose folders are none that a link leads to. @throws Touched when one is missing. */
  async function locate(path: string): Promise<string> {
    const names = path.split("/");
    let at = root.path;
    for (const name of names.slice(0, -1)) {
      at = join(at, name);
      const found = await lstatAt(at);
      if (found.isSymbolicLink()) throw new Unfit("lies below a link; what it leads to is not touched");
      if (!found.isDirectory()) throw new Touched(path);
    }
    return join(at, names.at(-1) ?? "");
  }

  async function folderOf(path: string): Promise<TargetFolder> {
    let folder = root;
    for (const name of path.split("/").slice(0, -1)) folder = await openFolder(folder, name);
    return folder;
  }

  async function hashAt(path: string): Promise<string | null> {
    try {
      const at = await locate(path);
      const found = await lstatAt(at);
      if (found.isSymbolicLink()) throw new Unfit("is a link; what it leads to is not written to");
      if (!found.isFile()) throw new Unfit("can't be written: something else has its name");
      return await hashOfFile(at);
    } catch (error) {
      if (error instanceof Touched || isMissing(error)) return null;
      throw error instanceof Unfit ? error : new Unfit(fileProblem(error));
    }
  }

  /** Only where the folder is still the one that was opened. */
  async function renameInto(from: string, folder: TargetFolder, name: string): Promise<void> {
    if ((await realpath(folder.path).catch(() => null)) !== folder.path) throw new Touched(folder.path);
    await rename(from, inside(folder, name));
  }

  return {
    async read(path) {
      const at = await locate(path);
      return missingAsTouched(path, () => readMarkdown(at));
    },
    hash: hashAt,
    async hasFolder(path) {
      try {
        return (await lstatAt(join(await locate(path)))).isDirectory();
      } catch {
        return false;
      }
    },
    async write(path, content, expected) {
      const there = await hashAt(path);
      if (there !== expected && there !== hashOf(content)) throw new Touched(path);
      await writeInto(await folderOf(path), nameOf(path), content, true);
    },
    async open(path) {
      const at = await locate(path);
      return missingAsTouched(path, async () => {
        const found = await lstat(at);
        if (!found.isFile()) throw new Unfit("is no file any more");
        return found.size <= readAtOnceBytes ? new Blob([await readFile(at)]) : openAsBlob(at);
      });
    },
    async receive(path, body, expected) {
      const folder = await folderOf(path);
      const temporary = join(folder.path, `${temporaryPrefix}${crypto.randomUUID()}`);
      try {
        await pipeline(Readable.fromWeb(body), createWriteStream(temporary, { flags: "wx" }));
        const there = await hashAt(path);
        if (there !== expected && there !== (await hashOfFile(temporary))) throw new Touched(path);
        await renameInto(temporary, folder, nameOf(path));
      } finally {
        await unlink(temporary).catch(() => {});
      }
    },
    async move(from, to) {
      if ((await hashAt(to)) !== null) throw new Touched(to);
      const at = await locate(from);
      const folder = await folderOf(to);
      await missingAsTouched(from, () => renameInto(at, folder, nameOf(to)));
    },
    async remove(path, expected) {
      if ((await hashAt(path)) !== expected) throw new Touched(path);
      await unlink(await locate(path));
    },
    async pruneFolders(path, mayGo) {
      for (let at = path; at !== "" && mayGo(at); at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
        try {
          await rmdir(await locate(at));
        } catch (error) {
          if (!isMissing(error) && !(error instanceof Touched)) return; // something else is in it
        }
      }
    },
  };
}

/** @throws Touched when it is not there. */
async function lstatAt(path: string) {
  return missingAsTouched(path, () => lstat(path));
}

const isMissing = (error: unknown) => codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";

async function missingAsTouched<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof Unfit ? error.cause : error;
    throw isMissing(cause) ? new Touched(path) : error;
  }
}

/** A path beside another one: `a (mine).md`, and from the second on `a (mine 2).md`. */
function besides(path: string, mark: string, number: number): string {
  const dot = path.lastIndexOf(".");
  const end = dot > path.lastIndexOf("/") ? dot : path.length;
  return `${path.slice(0, end)} (${mark}${number === 1 ? "" : ` ${number}`})${path.slice(end)}`;
}

/** Keeps a file under another name beside a path. @returns Its new path. */
export async function keepBeside(disk: Disk, from: string, path: string, mark: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const as = besides(path, mark, number);
    if ((await disk.hash(as)) !== null) continue;
    await disk.move(from, as);
    return as;
  }
}
