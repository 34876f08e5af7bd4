import {
  type BigIntStats,
  closeSync,
  createWriteStream,
  fstatSync,
  lstatSync,
  openAsBlob,
  openSync,
  realpathSync,
  renameSync,
  unlinkSync,
  type WriteStream,
  writeFileSync,
} from "node:fs";
import { lstat, readFile, rmdir } from "node:fs/promises";
import { join } from "node:path";

import {
  errorCode,
  describeFileError,
  removeIfAbandoned,
  toTemporaryPath,
  withTemporaryFile,
} from "../files.ts";
import { hashFile } from "../transfer/attachments.ts";
import { readMarkdown, UnsupportedFileError } from "../transfer/markdown-file.ts";
import { joinSafely, openFolder, type TargetFolder } from "../transfer/write-tree.ts";
import type { FileHashes } from "./file-hashes.ts";
import { hashText, toBaseName, toParentPath, formatStamp } from "./names.ts";

/** The file has changed since it was read. It is not overwritten; the next pass plans it again. */
export class FileChangedError extends Error {}

/** Changes files of the folder atomically. Rejects files that have changed since they were read, and never follows links. */
export interface LocalFileSystem {
  /** @throws FileChangedError if the file no longer exists. */
  read(path: string): Promise<string>;
  /** The hash of the file at a path; null if there is none. @throws UnsupportedFileError if it is not a file. */
  hash(path: string): Promise<string | null>;
  /** Whether there is a folder at a path. */
  hasFolder(path: string): Promise<boolean>;
  /** @param expected The hash of the current file; null if there must be none, or an equal one. */
  write(path: string, content: string, expected: string | null): Promise<void>;
  /** The bytes of a file, for upload. @throws FileChangedError if the file no longer exists. */
  open(path: string): Promise<Blob>;
  /** Writes a stream. @param write Opens the file, and writes to it. @param expected As with `write`. */
  receive(
    path: string,
    write: (open: () => WriteStream) => Promise<void>,
    expected: string | null,
  ): Promise<void>;
  /** @throws FileChangedError if the target exists or the source does not. */
  move(from: string, to: string): Promise<void>;
  remove(path: string, expected: string): Promise<void>;
  /** Removes the temporary file at a path if a killed run left it. */
  removeIfAbandoned(path: string): Promise<void>;
  /** Removes the folder at a path and its parents, as long as they are empty and `mayGo` allows it. */
  pruneFolders(path: string, mayGo: (path: string) => boolean): Promise<void>;
}

/** The hash of a file and a stamp that detects changes. Both are null if there was no file. */
interface Seen {
  hash: string | null;
  stamp: string | null;
}

/** Files up to this size are read before the upload, so that later changes have no effect. */
const readAtOnceBytes = 16 * 1024 * 1024;

/** @param hashes Receives the hashes of the texts that are written, and the new paths of files. */
export function createLocalFileSystem(root: TargetFolder, hashes: FileHashes): LocalFileSystem {
  /** Opened folders by path. */
  const folders = new Map<string, TargetFolder>([["", root]]);

  /** The location of a path, without following links. @throws FileChangedError if a folder is missing. */
  function locate(path: string): string {
    const names = path.split("/");
    let at = root.path;
    for (const name of names.slice(0, -1)) {
      at = join(at, name);
      const found = lstatSync(at, { throwIfNoEntry: false });
      if (found?.isSymbolicLink() === true)
        throw new UnsupportedFileError("is below a symbolic link, which isn't followed");
      if (found?.isDirectory() !== true) throw new FileChangedError(path);
    }
    return join(at, names.at(-1) ?? "");
  }

  /** Opens a folder, and creates it if missing. @throws FileChangedError if the synced folder itself is missing. */
  async function resolveFolder(path: string): Promise<TargetFolder> {
    const known = folders.get(path);
    if (known !== undefined && isFolder(known.path)) return known;
    if (path === "") throw new FileChangedError(path); // moved away
    const opened = await openFolder(await resolveFolder(toParentPath(path)), toBaseName(path));
    folders.set(path, opened);
    return opened;
  }

  async function inspectPath(path: string): Promise<Seen> {
    try {
      const at = locate(path);
      const found = lstatSync(at, { bigint: true, throwIfNoEntry: false });
      if (found === undefined) return { hash: null, stamp: null };
      if (found.isSymbolicLink()) throw new UnsupportedFileError("is a symbolic link, which isn't followed");
      if (!found.isFile()) throw new UnsupportedFileError("can't be written: the name is already in use");
      const hash = await withFileChangedError(path, () => hashFile(at));
      return { hash, stamp: formatStamp(found) };
    } catch (error) {
      if (error instanceof FileChangedError || isMissing(error)) return { hash: null, stamp: null };
      throw error instanceof UnsupportedFileError
        ? error
        : new UnsupportedFileError(describeFileError(error));
    }
  }

  /**
   * Renames a file if the target has not changed. Callers check synchronously before that the folder is still the opened one, so
   * the window for other processes is microseconds.
   */
  function renameInto(from: string, folder: TargetFolder, path: string, seen: Seen): string {
    const to = joinSafely(folder, toBaseName(path));
    if (readStamp(to) !== seen.stamp) throw new FileChangedError(path);
    renameSync(from, to);
    return to;
  }

  /** Writes a file atomically if the current one is as expected or already equal. */
  async function put(
    path: string,
    expected: string | null,
    writeTo: (temporary: string) => Promise<unknown>,
  ): Promise<void> {
    const folder = await resolveFolder(toParentPath(path));
    await withTemporaryFile(folder.path, async (temporary) => {
      await writeTo(temporary);
      const seen = await inspectPath(path);
      if (seen.hash !== expected && seen.hash !== (await hashFile(temporary)))
        throw new FileChangedError(path);
      if (!leadsTo(folder.path)) throw new FileChangedError(path);
      renameInto(temporary, folder, path, seen);
    });
  }

  /**
   * Writes a text into an opened folder. Synchronously: other threads for each small file cost more than the disk.
   * @returns The location of the file, and what it was like before it was renamed.
   */
  function putText(
    folder: TargetFolder,
    path: string,
    content: string,
    seen: Seen,
  ): { location: string; draft: BigIntStats } {
    const temporary = toTemporaryPath(folder.path);
    const file = openSync(temporary, "wx");
    try {
      const draft = writeAndClose(file, content);
      return { location: renameInto(temporary, folder, path, seen), draft };
    } catch (error) {
      removeDraft(temporary);
      throw error;
    }
  }

  return {
    async read(path) {
      const at = locate(path);
      return withFileChangedError(path, async () => readMarkdown(at));
    },
    async hash(path) {
      return (await inspectPath(path)).hash;
    },
    async hasFolder(path) {
      try {
        return lstatSync(locate(path)).isDirectory();
      } catch {
        return false;
      }
    },
    async write(path, content, expected) {
      const hash = hashText(content);
      const seen = await inspectPath(path);
      if (seen.hash === hash) return;
      if (seen.hash !== expected) throw new FileChangedError(path);
      try {
        // Checks the folder, which the following steps rely on.
        const folder = await resolveFolder(toParentPath(path));
        const { location, draft } = putText(folder, path, content, seen);
        const written = lstatSync(location, { bigint: true });
        // Renaming changes the stamp. The file is read again if somebody has written it since.
        if (isSameContent(draft, written))
          hashes.set(path, "document", { stamp: formatStamp(written), hash });
      } catch (error) {
        throw errorCode(error) === null ? error : new UnsupportedFileError(describeFileError(error));
      }
    },
    async open(path) {
      const at = locate(path);
      return withFileChangedError(path, async () => {
        const found = await lstat(at);
        if (!found.isFile()) throw new UnsupportedFileError("is no longer a file");
        return found.size <= readAtOnceBytes ? new Blob([await readFile(at)]) : openAsBlob(at);
      });
    },
    async receive(path, write, expected) {
      await put(path, expected, (temporary) => write(() => createWriteStream(temporary, { flags: "wx" })));
    },
    async move(from, to) {
      const seen = await inspectPath(to);
      if (seen.hash !== null) throw new FileChangedError(to);
      const at = locate(from);
      const folder = await resolveFolder(toParentPath(to));
      if (!leadsTo(folder.path)) throw new FileChangedError(to);
      await withFileChangedError(from, async () => {
        const before = lstatSync(at, { bigint: true });
        const isKnown = hashes.findStamp(from) === formatStamp(before);
        const moved = lstatSync(renameInto(at, folder, to, seen), { bigint: true });
        if (isKnown && isSameContent(before, moved)) hashes.rename(from, to, formatStamp(moved));
        else hashes.delete(from);
      });
    },
    async remove(path, expected) {
      const seen = await inspectPath(path);
      const at = locate(path);
      if (seen.hash !== expected || readStamp(at) !== seen.stamp) throw new FileChangedError(path);
      unlinkSync(at);
      hashes.delete(path);
    },
    async removeIfAbandoned(path) {
      try {
        removeIfAbandoned(locate(path));
      } catch (error) {
        // Its folder is gone or has become a link.
        if (!(error instanceof FileChangedError || error instanceof UnsupportedFileError)) throw error;
      }
    },
    async pruneFolders(path, mayGo) {
      for (let at = path; at !== "" && mayGo(at); at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
        try {
          await rmdir(locate(at));
        } catch (error) {
          if (!isMissing(error) && !(error instanceof FileChangedError)) return; // not empty
        }
      }
    },
  };
}

/** Writes a text into an open file, and closes it. */
function writeAndClose(file: number, content: string): BigIntStats {
  try {
    writeFileSync(file, content);
    return fstatSync(file, { bigint: true });
  } finally {
    closeSync(file);
  }
}

function removeDraft(temporary: string): void {
  try {
    unlinkSync(temporary);
  } catch {
    // Already renamed, or its folder is gone.
  }
}

function readStamp(location: string): string | null {
  const found = lstatSync(location, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : formatStamp(found);
}

/** Whether there is a folder at a path without links. */
const isFolder = (path: string) =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true && leadsTo(path);

/** Whether a path contains no links. */
function leadsTo(path: string): boolean {
  try {
    return realpathSync(path) === path;
  } catch {
    return false;
  }
}

/** Whether two stamps belong to the same file with the same content, possibly with another name. */
const isSameContent = (a: BigIntStats, b: BigIntStats) =>
  a.mtimeNs === b.mtimeNs && a.size === b.size && a.ino === b.ino && a.mtimeNs % coarseNs !== 0n;

/** Disks whose times are multiples of this can't tell a file from one that was written shortly afterwards. */
const coarseNs = 1_000_000n;

const isMissing = (error: unknown) => errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR";

async function withFileChangedError<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof UnsupportedFileError ? error.cause : error;
    throw isMissing(cause) ? new FileChangedError(path) : error;
  }
}
