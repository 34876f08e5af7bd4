import { execFile, spawn } from "node:child_process";
import { open, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import type { PostgresCommands } from "./postgres-commands.ts";

const run = promisify(execFile);

/** Server settings by their PostgreSQL names. */
export type ClusterSettings = Record<string, string | number>;

const defaults: ClusterSettings = {
  listen_addresses: "127.0.0.1",
  // Socket paths are limited to 107 bytes, but the path of a data folder is not.
  unix_socket_directories: "",
  max_connections: 100,
  shared_buffers: "128MB",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "warning",
  log_line_prefix: "%m [%p] ",
};

const maxLogBytes = 10 * 1024 * 1024;

/** The running server of a cluster. */
export interface Postmaster {
  pid: number;
  port: number;
}

/** Finds the server that runs on the cluster, regardless of which process started it. Null if none runs. */
export async function findPostmaster(cluster: string): Promise<Postmaster | null> {
  const recorded = await readPidFile(cluster);
  return recorded !== null && (await isServing(cluster, recorded.pid)) ? recorded : null;
}

const toPidFilePath = (cluster: string) => join(cluster, "postmaster.pid");

/** Reads PostgreSQL's pid file in the cluster. The file outlives a killed server. */
async function readPidFile(cluster: string): Promise<Postmaster | null> {
  const text = await readFile(toPidFilePath(cluster), "utf8").catch(() => "");
  const [pid, , , port] = text.split("\n").map(Number);
  return pid !== undefined && port !== undefined && pid > 0 && port > 0 ? { pid, port } : null;
}

/**
 * Whether process `pid` is a server on this cluster. After a restart of the machine or container, another program may
 * have the same pid. Linux identifies a server by its working directory, which is the cluster; other systems by its
 * name.
 */
async function isServing(cluster: string, pid: number): Promise<boolean> {
  if (!isProcessRunning(pid)) return false;
  if (process.platform === "linux") {
    const [at, home] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(cluster)]).catch(() => []);
    return at !== undefined && home !== undefined && at.ino === home.ino && at.dev === home.dev;
  }
  if (process.platform === "win32") return true;
  const { stdout } = await run("ps", ["-p", String(pid), "-o", "comm="]).catch(() => ({ stdout: "" }));
  return stdout.includes("postgres");
}

function isProcessRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Removes the pid file of a dead server whose pid now belongs to another program. PostgreSQL would refuse to start. */
async function removeStalePidFile(cluster: string, recorded: Postmaster | null): Promise<void> {
  if (recorded === null || !isProcessRunning(recorded.pid) || (await isServing(cluster, recorded.pid)))
    return;
  const current = await readPidFile(cluster);
  if (current?.pid === recorded.pid) await rm(toPidFilePath(cluster), { force: true });
}

/** A server that we started. It survives this process. */
export interface StartedServer {
  /** The server's last output once it has ended. Null before. */
  exitOutput(): string | null;
}

/**
 * Starts a server on the cluster. It has its own process group, so that Ctrl-C does not stop it before this process is
 * done with it. It exits immediately if another server has the cluster open.
 * @param port The port to listen on. Defaults to the port of a killed server, if it is free.
 */
export async function startPostmaster(
  cluster: string,
  programs: PostgresCommands,
  settings: ClusterSettings,
  port?: number,
): Promise<StartedServer> {
  const before = await readPidFile(cluster);
  await removeStalePidFile(cluster, before);
  const logFile = `${cluster}.log`;
  const log = await open(logFile, (await readFileSize(logFile)) > maxLogBytes ? "w" : "a");
  try {
    const { size } = await log.stat();
    const all = { ...defaults, port: port ?? (await findFreePort(before?.port)), ...settings };
    const { file, args, options } = programs.command("postgres", [
      "-D",
      cluster,
      ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ]);
    const child = spawn(file, args, { ...options, detached: true, stdio: ["ignore", log.fd, log.fd] });
    child.unref();
    let exitOutput: string | null = null;
    child.once("error", (error) => (exitOutput = error.message));
    child.once("exit", () => {
      readFile(logFile).then(
        (bytes) => (exitOutput = bytes.subarray(size).toString("utf8").trim()),
        () => (exitOutput = `see ${logFile}`),
      );
    });
    return { exitOutput: () => exitOutput };
  } finally {
    await log.close();
  }
}

/** Milliseconds that a server may take to stop: it flushes its memory to disk. */
const stopTimeoutMs = 120_000;

/**
 * Stops the server and waits until it has stopped: open transactions are rolled back, and all committed data is on
 * disk. It waits for this particular server. `pg_ctl stop --wait` would also wait for one that the next process starts.
 */
export async function stopPostmaster(cluster: string, programs: PostgresCommands): Promise<void> {
  const running = await findPostmaster(cluster);
  if (running === null) return;
  const isStillRunning = async () => (await findPostmaster(cluster))?.pid === running.pid;
  await programs
    .run("pg_ctl", ["stop", "--pgdata", cluster, "--mode", "fast", "--no-wait"])
    .catch(async (error: unknown) => {
      if (await isStillRunning()) throw error; // otherwise it was killed in the meantime, which is fine
    });
  for (const deadline = Date.now() + stopTimeoutMs; await isStillRunning(); await delay(20)) {
    if (Date.now() > deadline)
      throw new Error(`The embedded PostgreSQL didn't stop. See its log, ${cluster}.log`);
  }
}

const readFileSize = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** Finds a free port: `preferred`, if it is free. */
async function findFreePort(preferred = 0): Promise<number> {
  const server = createServer();
  const listening = new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(preferred, "127.0.0.1", () => resolve(true));
  });
  if (!(await listening)) {
    if (preferred === 0) throw new Error("no free port was found");
    return findFreePort();
  }
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no free port was found");
  return address.port;
}
