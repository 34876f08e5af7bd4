import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { withSession } from "../driver/index.ts";
import { createTemporaryFolder } from "../testing/temporary.ts";
import { type Cluster, type ClusterOptions, openCluster } from "./cluster.ts";
import { findPostmaster } from "./postmaster.ts";

/** A data folder of a test's own. What still runs on it in the end is stopped, and all of it removed. */
export interface TestFolder extends AsyncDisposable {
  /** The folder that holds the data folder. */
  home: string;
  dataDir: string;
  /** Where the cluster is, or will be. */
  cluster: string;
  open(options?: Omit<ClusterOptions, "dataDir">): Promise<Cluster>;
  openInChildProcess(): Promise<ChildCluster>;
  isRunning(): Promise<boolean>;
}

/** Another process that has the cluster open until it is told to close it, or killed. */
export interface ChildCluster {
  url: string;
  close(): Promise<void>;
  kill(): Promise<void>;
  /** What Ctrl-C does: it reaches all processes of the terminal's group. */
  interrupt(): Promise<void>;
}

export async function createTestFolder(): Promise<TestFolder> {
  const folder = await createTemporaryFolder();
  const cluster = join(folder.dataDir, "postgres");
  return {
    home: folder.path,
    dataDir: folder.dataDir,
    cluster,
    open: (options) => openCluster({ dataDir: folder.dataDir, ...options }),
    openInChildProcess: () => openInChildProcess(folder.dataDir),
    isRunning: async () => (await findPostmaster(cluster)) !== null,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Starts a process that opens the cluster in `dataDir`. It does not wait for it. */
export function startOpening(dataDir: string): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const script = fileURLToPath(new URL("./open-cluster.fixture.ts", import.meta.url));
  return spawn(process.execPath, [script, dataDir], {
    detached: true, // a process group of its own, as a terminal gives
    stdio: ["pipe", "pipe", "inherit"],
  });
}

/** Starts a process that opens the cluster in `dataDir`, and waits until it has. */
export async function openInChildProcess(dataDir: string): Promise<ChildCluster> {
  const child = startOpening(dataDir);
  const line = await new Promise((resolve, reject) => {
    child.stdout.once("data", resolve);
    child.once("exit", (code) => reject(new Error(`the other process ended with ${code}`)));
  });
  return {
    url: String(line).trim(),
    async close() {
      child.stdin?.end();
      await once(child, "exit");
    },
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
    async interrupt() {
      process.kill(-(child.pid ?? 0), "SIGINT");
      await once(child, "exit");
    },
  };
}

/** Runs `work` on a connection of its own. */
export const withConnection = withSession;
