import { mkdtemp, rm, statfs } from "node:fs/promises";
import { freemem } from "node:os";
import { join } from "node:path";

import { sweepTemporaryFolders, temporaryFolderPrefix } from "./temporary.ts";

/** The folder in which Linux keeps files in memory. */
const memoryRoot = "/dev/shm";

/** Tests write far less than this at once. Containers often have 64 MiB there. */
const neededBytes = 4 * 1024 ** 3;

/**
 * Makes a folder in memory the temporary one of this run, where the machine has one that is large enough. Postgres creates
 * hundreds of files for each database, which takes 30 times longer on some disks.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!(await isLargeEnough())) return undefined;
  await sweepTemporaryFolders(memoryRoot);
  const folder = await mkdtemp(join(memoryRoot, `${temporaryFolderPrefix}${process.pid}-`));
  const previousFolder = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  return async () => {
    if (previousFolder === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = previousFolder;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}

async function isLargeEnough(): Promise<boolean> {
  if (process.platform !== "linux" || freemem() < neededBytes) return false;
  const found = await statfs(memoryRoot).catch(() => null);
  return found !== null && found.bavail * found.bsize >= neededBytes;
}
