import { lstat, mkdir, readFile, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { isVersionControl, leftOutMessages } from "@mdreader/contract/synced-paths";

import { errorCode, describeFileError, replaceFile } from "../files.ts";
import { UnsupportedFileError } from "./markdown-file.ts";

/** The outcome of writing a file. */
export type WriteOutcome = "written" | "unchanged";

/** A folder on disk that an export writes to. Its path contains no links. */
export interface TargetFolder {
  readonly path: string;
}

/** Opens the target folder of an export and creates it if missing. Links to it are allowed. */
export async function openTarget(path: string): Promise<TargetFolder> {
  await mkdir(path, { recursive: true });
  return { path: await realpath(path) };
}

/**
 * Opens a subfolder and creates it if missing.
 * @throws UnsupportedFileError if a file or link has its name.
 */
export async function openFolder(parent: TargetFolder, name: string): Promise<TargetFolder> {
  const path = joinSafely(parent, name);
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw new UnsupportedFileError(describeFileError(error));
  }
  const found = await lstat(path);
  if (found.isSymbolicLink()) throw new UnsupportedFileError("is a symbolic link, which isn't followed");
  if (!found.isDirectory()) throw new UnsupportedFileError("can't be created: a file has the same name");
  const real = await realpath(path); // in the disk's spelling
  if (dirname(real) !== parent.path) throw new UnsupportedFileError("resolves to another folder");
  return { path: real };
}

/**
 * Writes a file atomically. An existing file that differs is replaced only with `overwrite`.
 * @throws UnsupportedFileError if the file can't or must not be written.
 */
export async function writeTree(
  folder: TargetFolder,
  name: string,
  content: string,
  overwrite: boolean,
): Promise<WriteOutcome> {
  const path = joinSafely(folder, name);
  const bytes = Buffer.from(content);
  try {
    const there = await readCurrentBytes(path);
    if (there?.equals(bytes)) return "unchanged";
    if (there !== null && !overwrite)
      throw new UnsupportedFileError("already exists with other content; replace it with --overwrite");
    await replaceFile(path, bytes);
    return "written";
  } catch (error) {
    throw error instanceof UnsupportedFileError ? error : new UnsupportedFileError(describeFileError(error));
  }
}

async function readCurrentBytes(path: string): Promise<Buffer | null> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) throw new UnsupportedFileError("is a symbolic link, which isn't followed");
    if (!found.isFile()) throw new UnsupportedFileError("can't be written: the name is already in use");
    return await readFile(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

/** The path of a name in a folder. A second line of defense: callers sanitize names first. */
export function joinSafely({ path }: TargetFolder, name: string): string {
  const leadsAway =
    name === "" || name === "." || name === ".." || name.includes("\0") || basename(name) !== name;
  if (leadsAway) throw new UnsupportedFileError("its path leads out of the folder");
  if (isVersionControl(name)) throw new UnsupportedFileError(leftOutMessages["version control"]);
  return join(path, name);
}
