import { randomUUID } from "node:crypto";
import { rename, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { temporaryPrefix } from "@mdreader/contract/synced-paths";

/** The system's code of a failed file operation, such as `ENOENT`; null for other errors. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

const fileErrorMessages: Record<string, string> = {
  EACCES: "permission denied",
  EEXIST: "the name is already in use",
  EISDIR: "is a folder",
  ELOOP: "is a circular link",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "the name is too long for this disk",
  ENOENT: "does not exist",
  ENOSPC: "the disk is full",
  ENOTDIR: "is not a folder",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
};

/** A message for a file error, as a predicate of the path. */
export function describeFileError(error: unknown): string {
  const code = errorCode(error);
  return code === null ? String(error) : (fileErrorMessages[code] ?? code);
}

/** The name prefix of temporary files. */
export { temporaryPrefix } from "@mdreader/contract/synced-paths";

/** Replaces a file atomically: readers see the old or the new content, never a part of it. */
export async function replaceFile(path: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  const temporary = join(dirname(path), `${temporaryPrefix}${randomUUID()}`);
  try {
    await writeFile(temporary, content, { flag: "wx", mode });
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}
