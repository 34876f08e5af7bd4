import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { createTemporaryFolder } from "../testing/temporary.ts";
import { type Cluster, type ClusterOptions, openCluster } from "./cluster.ts";
import { findPostmaster } from "./postmaster.ts";

/** A separate data folder for a test. Disposing of it stops everything that still runs on it, and removes it. */
export interface TestFolder extends AsyncDisposable {
  /** The folder that contains the data folder. */
  home: string;
  dataDir: string;
  /** The path of the cluster, which may not exist yet. */
  cluster: string;
  open(options?: Omit<ClusterOptions, "dataDir">): Promise<Cluster>;
  openInChildProcess(): Promise<ChildCluster>;
  isRunning(): Promise<boolean>;
}

/** Another process that keeps the cluster open until it is closed or killed. */
export interface ChildCluster {
  url: string;
  close(): Promise<void>;
  kill(): Promise<void>;
  /** Like Ctrl-C, sends SIGINT to all processes of the terminal's group. */
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

/** Starts a process that opens the cluster in `dataDir`, without waiting for it. */
export function startOpening(dataDir: string): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const script = fileURLToPath(new URL("./open-cluster.fixture.ts", import.meta.url));
  return spawn(process.execPath, [script, dataDir], {
    detached: true, // in a separate process group, like in a terminal
    stdio: ["pipe", "pipe", "inherit"],
  });
}

/** Starts a process that opens the cluster in `dataDir`, and waits until it is open. */
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
