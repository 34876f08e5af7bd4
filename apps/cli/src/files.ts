import { createWriteStream, lstatSync, rmSync, unlinkSync, type WriteStream } from "node:fs";
import { type FileHandle, link, open, readdir, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { temporaryPrefix } from "@mdreader/contract/synced-paths";

/** The system's code of a failed file operation, such as `ENOENT`; null for other errors. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

const fileErrorMessages: Record<string, string> = {
  EACCES: "isn't accessible (permission denied)",
  EEXIST: "already exists",
  EISDIR: "is a folder",
  ELOOP: "is a circular symbolic link",
  EMFILE: "can't be opened: too many files are open",
  ENAMETOOLONG: "has a name that is too long for this disk",
  ENOENT: "doesn't exist",
  ENOSPC: "can't be written: the disk is full",
  ENOTDIR: "isn't a folder",
  EPERM: "isn't accessible (permission denied)",
  EROFS: "can't be written: the disk is read-only",
};

/** A message for a file error, as a predicate of the path. */
export function describeFileError(error: unknown): string {
  const code = errorCode(error);
  return code === null ? String(error) : (fileErrorMessages[code] ?? `can't be used (${code})`);
}

/** Whether an error is one of a file operation that `describeFileError` explains. */
export const isFileError = (error: unknown): boolean =>
  Object.hasOwn(fileErrorMessages, errorCode(error) ?? "");

/** Replaces a file atomically: readers see the old or the new content, never a part of it. */
export function replaceFile(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
  return replaceFileWith(path, (file) => file.writeFile(content), mode);
}

/** Replaces a file atomically with what `write` writes. */
export async function replaceFileWith(
  path: string,
  write: (file: FileHandle) => Promise<void>,
  mode = 0o666,
): Promise<void> {
  await withTemporaryFile(dirname(path), async (temporary) => {
    {
      await using file = await open(temporary, "wx", mode);
      await write(file);
    }
    await rename(temporary, path);
  });
}

/**
 * Writes a stream to a file, which appears under its name once it is complete. An existing file is replaced only with
 * `overwrite`.
 * @param write Opens the file, and writes to it.
 * @returns The number of bytes.
 */
export async function writeStream(
  path: string,
  write: (open: () => WriteStream) => Promise<void>,
  overwrite: boolean,
): Promise<number> {
  return withTemporaryFile(dirname(path), async (temporary) => {
    await write(() => createWriteStream(temporary, { flags: "wx" }));
    const { size } = await stat(temporary);
    // Linking fails if the path exists.
    await (overwrite ? rename(temporary, path) : link(temporary, path));
    return size;
  });
}

/** The temporary files that are being written. */
const temporaryFiles = new Set<string>();
const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Writes a temporary file in a folder. Unless `work` has renamed it, it is removed afterwards, or when a signal ends the
 * process.
 */
export async function withTemporaryFile<Result>(
  folder: string,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = toTemporaryPath(folder);
  if (temporaryFiles.size === 0) for (const signal of endingSignals) process.on(signal, removeAndEnd);
  temporaryFiles.add(path);
  try {
    return await work(path);
  } finally {
    await unlink(path).catch(() => {});
    temporaryFiles.delete(path);
    if (temporaryFiles.size === 0) for (const signal of endingSignals) process.off(signal, removeAndEnd);
  }
}

function removeAndEnd(signal: NodeJS.Signals): void {
  // A command that handles the signal itself finishes its files.
  if (process.listenerCount(signal) > 1) return;
  for (const path of temporaryFiles) rmSync(path, { force: true });
  process.off(signal, removeAndEnd);
  process.kill(process.pid, signal);
}

/** A new path for a temporary file in a folder. */
export const toTemporaryPath = (folder: string) => join(folder, `${temporaryPrefix}${crypto.randomUUID()}`);

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const isTemporaryName = (name: string) =>
  name.startsWith(temporaryPrefix) && uuid.test(name.slice(temporaryPrefix.length));

/** Milliseconds without a write after which the process that wrote a temporary file is considered dead. */
const abandonedAfterMs = 10 * 60_000;

/**
 * Removes a temporary file that a killed process left. Files of other programs, links and recent files stay. A file that can't
 * be removed does no harm.
 */
export function removeIfAbandoned(location: string): void {
  if (!isTemporaryName(basename(location))) return;
  try {
    const found = lstatSync(location);
    if (found.isFile() && Date.now() - found.mtimeMs > abandonedAfterMs) unlinkSync(location);
  } catch (error) {
    if (errorCode(error) === null) throw error;
  }
}

/** Removes abandoned temporary files from a folder. */
export async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) removeIfAbandoned(join(folder, name));
}
