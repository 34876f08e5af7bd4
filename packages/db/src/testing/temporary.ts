import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openCluster } from "../embedded/cluster.ts";
import { findPostmaster } from "../embedded/postmaster.ts";

/** A folder for a test's cluster. Disposing of it stops the server in it, and removes it. */
export interface TemporaryFolder extends AsyncDisposable {
  path: string;
  /** A data folder in it, not there yet. */
  dataDir: string;
}

const prefix = "mdreader-test-";

/** Makes a folder under the system's temporary one. Its name tells which process it belongs to. */
export async function createTemporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  return { path, dataDir: toDataDir(path), [Symbol.asyncDispose]: () => remove(path) };
}

/** Removes the folders of processes that are gone: those of a test run that was killed, with their servers. */
export async function sweepTemporaryFolders(root = tmpdir()): Promise<void> {
  for (const name of await readdir(root)) {
    const [pid] = name.startsWith(prefix) ? name.slice(prefix.length).split("-") : [];
    // What can't be removed belongs to another user.
    if (pid !== undefined && isGone(Number(pid))) await remove(join(root, name)).catch(() => {});
  }
}

const toDataDir = (path: string) => join(path, "data");

async function remove(path: string): Promise<void> {
  const dataDir = toDataDir(path);
  const left = await findPostmaster(join(dataDir, "postgres"));
  // Who opens and closes it is the last one, and stops it.
  if (left !== null) await (await openCluster({ dataDir })).close();
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
