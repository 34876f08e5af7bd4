import { open } from "node:fs/promises";

/** Flushes a file or a directory entry to disk. */
export async function syncToDisk(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
