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
  // Sockets' paths are limited to 107 bytes; a data folder's path is not.
  unix_socket_directories: "",
  max_connections: 100,
  shared_buffers: "128MB",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "warning",
  log_line_prefix: "%m [%p] ",
};

const maxLogBytes = 10 * 1024 * 1024;

/** The server that has a cluster open. */
export interface Postmaster {
  pid: number;
  port: number;
}

/** The server that runs on the cluster, whoever started it; null when none does. */
export async function findPostmaster(cluster: string): Promise<Postmaster | null> {
  const noted = await readPidFile(cluster);
  return noted !== null && (await isServerOf(cluster, noted.pid)) ? noted : null;
}

const pidFile = (cluster: string) => join(cluster, "postmaster.pid");

/** Who PostgreSQL's note in the cluster says has it open. The note outlives a server that was killed. */
async function readPidFile(cluster: string): Promise<Postmaster | null> {
  const text = await readFile(pidFile(cluster), "utf8").catch(() => "");
  const [pid, , , port] = text.split("\n").map(Number);
  return pid !== undefined && port !== undefined && pid > 0 && port > 0 ? { pid, port } : null;
}

/**
 * Whether process `pid` is a server on this cluster. After the machine or its container was restarted, another program
 * may have the number. On Linux a server is known by its working folder, which is the cluster; elsewhere by its name.
 */
async function isServerOf(cluster: string, pid: number): Promise<boolean> {
  if (!exists(pid)) return false;
  if (process.platform === "linux") {
    const [at, home] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(cluster)]).catch(() => []);
    return at !== undefined && home !== undefined && at.ino === home.ino && at.dev === home.dev;
  }
  if (process.platform === "win32") return true;
  const { stdout } = await run("ps", ["-p", String(pid), "-o", "comm="]).catch(() => ({ stdout: "" }));
  return stdout.includes("postgres");
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Removes the note of a server that is gone, but whose number another program has: PostgreSQL would not start. */
async function removeStalePidFile(cluster: string, noted: Postmaster | null): Promise<void> {
  if (noted === null || !exists(noted.pid) || (await isServerOf(cluster, noted.pid))) return;
  const still = await readPidFile(cluster);
  if (still?.pid === noted.pid) await rm(pidFile(cluster), { force: true });
}

/** A server that we started; it goes on without us. */
export interface StartedServer {
  /** Its last words, once it has ended; null before. */
  exitOutput(): string | null;
}

/**
 * Starts a server on the cluster. It is in a process group of its own, so that a Ctrl-C meant for us does not stop it
 * before we have finished with it. It ends at once where another one has the cluster open.
 * @param port Where it shall listen. If not said: where one that was killed did, if that is free.
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
  const log = await open(logFile, (await fileSize(logFile)) > maxLogBytes ? "w" : "a");
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

/** How many milliseconds a server may take to stop: it writes out all that it holds in memory. */
const stopTimeoutMs = 120_000;

/**
 * Stops the server and waits until it has stopped: open transactions are rolled back, and all that was committed is
 * on the disk. It waits for this very server: `pg_ctl stop --wait` would go on for the one that the next process starts.
 */
export async function stopPostmaster(cluster: string, programs: PostgresCommands): Promise<void> {
  const running = await findPostmaster(cluster);
  if (running === null) return;
  const runs = async () => (await findPostmaster(cluster))?.pid === running.pid;
  await programs
    .run("pg_ctl", ["stop", "--pgdata", cluster, "--mode", "fast", "--no-wait"])
    .catch(async (error: unknown) => {
      if (await runs()) throw error; // else it was killed meanwhile, which is as good
    });
  for (const deadline = Date.now() + stopTimeoutMs; await runs(); await delay(20)) {
    if (Date.now() > deadline)
      throw new Error(`The embedded PostgreSQL does not stop. Its log is ${cluster}.log`);
  }
}

const fileSize = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** A port that nothing listens on just now: `preferred`, if it can be had. */
async function findFreePort(preferred = 0): Promise<number> {
  const server = createServer();
  const listening = new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(preferred, "127.0.0.1", () => resolve(true));
  });
  if (!(await listening)) {
    if (preferred === 0) throw new Error("no port could be had");
    return findFreePort();
  }
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port could be had");
  return address.port;
}
