import { open, stat, unlink } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

import { errorCode } from "./files.ts";

/** A lock older than this was left behind by a process that died. */
const staleAfterMs = 30_000;

/**
 * Runs `work` while no other process holds the lock at `path`.
 *
 * Two processes that find a stale lock at the same moment may both acquire it. This is safe for refresh tokens: the server
 * returns the same successor to every exchange of one token within ten seconds.
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
    // On Windows, creating a file that is being removed fails with EPERM.
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
