import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openCluster } from "../embedded/cluster.ts";
import { findPostmaster } from "../embedded/postmaster.ts";

/** A folder for a test's cluster. Disposing of it stops the cluster's server and removes the folder. */
export interface TemporaryFolder extends AsyncDisposable {
  path: string;
  /** A data folder in it, which does not exist yet. */
  dataDir: string;
}

/** The names of temporary folders start with this and the ID of their process. */
export const temporaryFolderPrefix = "mdreader-test-";

/** Creates a folder in the system's temporary one. Its name contains the ID of its process. */
export async function createTemporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `${temporaryFolderPrefix}${process.pid}-`));
  return { path, dataDir: toDataDir(path), [Symbol.asyncDispose]: () => removeFolder(path) };
}

/** Removes the folders of dead processes: those of a killed test run, with their servers. */
export async function sweepTemporaryFolders(root = tmpdir()): Promise<void> {
  for (const name of await readdir(root)) {
    const [pid] = name.startsWith(temporaryFolderPrefix)
      ? name.slice(temporaryFolderPrefix.length).split("-")
      : [];
    // A folder that can't be removed belongs to another user.
    if (pid !== undefined && isProcessDead(Number(pid))) await removeFolder(join(root, name)).catch(() => {});
  }
}

const toDataDir = (path: string) => join(path, "data");

async function removeFolder(path: string): Promise<void> {
  const dataDir = toDataDir(path);
  const postmaster = await findPostmaster(join(dataDir, "postgres"));
  // Opening and closing the cluster makes this process its last user, which stops the server.
  if (postmaster !== null) await (await openCluster({ dataDir })).close();
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
}

function isProcessDead(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
