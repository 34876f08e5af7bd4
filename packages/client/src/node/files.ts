import { randomUUID } from "node:crypto";
import { readFile, rename, unlink, writeFile } from "node:fs/promises";

/** The system's code of a failed file operation, such as `ENOENT`; null for other errors. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/** Reads a file. Returns null if it does not exist. */
export async function readIfExists(path: string): Promise<string | null> {
  return nullIfMissing(readFile(path, "utf8"));
}

export async function removeIfExists(path: string): Promise<void> {
  await nullIfMissing(unlink(path));
}

/** Replaces a file atomically. Only its owner can read it, and readers see either the old or the new content. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, content, { flag: "wx", mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

async function nullIfMissing<Result>(work: Promise<Result>): Promise<Result | null> {
  try {
    return await work;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}
