import { randomUUID } from "node:crypto";
import { readFile, rename, unlink, writeFile } from "node:fs/promises";

/** The system's code of a failed file operation, as `ENOENT`; null for other errors. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/** What is in a file; null where there is none. */
export async function readIfExists(path: string): Promise<string | null> {
  return undefinedIfMissing(readFile(path, "utf8"));
}

export async function removeIfExists(path: string): Promise<void> {
  await undefinedIfMissing(unlink(path));
}

/** Writes a file that its owner alone can read, in one step: whoever reads it finds the old content or the new. */
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

async function undefinedIfMissing<Result>(work: Promise<Result>): Promise<Result | null> {
  try {
    return await work;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}
