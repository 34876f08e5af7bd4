import { open, stat, unlink } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

import { errorCode } from "./files.ts";

/** A lock that is older than this, in milliseconds, was left behind by a process that died. */
const staleAfterMs = 30_000;

/**
 * Runs `work` while no other process holds the lock at `path`.
 *
 * Two processes that find a dead one's lock at the same moment may both get in. What the lock is for withstands that:
 * the server gives whoever exchanges one refresh token within ten seconds the same successor.
 */
export async function withLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  while (!(await acquireLock(path))) await delay(30 + Math.random() * 70);
  try {
    return await work();
  } finally {
    await remove(path);
  }
}

async function acquireLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o600);
    await file.close();
    return true;
  } catch (error) {
    // On Windows, a file that is just being removed can't be made either.
    if (errorCode(error) !== "EEXIST" && errorCode(error) !== "EPERM") throw error;
    await removeIfStale(path, error);
    return false;
  }
}

async function removeIfStale(path: string, refusal: unknown): Promise<void> {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > staleAfterMs) await remove(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    if (errorCode(refusal) === "EPERM" && process.platform !== "win32") throw refusal;
  }
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}
