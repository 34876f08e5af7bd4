import { spawn } from "node:child_process";
import { open, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { type Account, commandFor } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { programEnvironment } from "./initialize.ts";

/** Server settings by their PostgreSQL names. */
export type ClusterSettings = Record<string, string | number>;

const defaults: ClusterSettings = {
  listen_addresses: "127.0.0.1",
  // Sockets' paths are limited to 107 bytes; a data folder's path is not.
  unix_socket_directories: "",
  max_connections: 100,
  shared_buffers: "128MB",
  log_min_messages: "warning",
  log_line_prefix: "%m [%p] ",
};

const maxLogBytes = 10 * 1024 * 1024;

/** What PostgreSQL notes about the server that has a cluster open. */
export interface Postmaster {
  pid: number;
  port: number;
}

/** The server that says it has the cluster open, whether or not it still lives; null when none says so. */
export async function findPostmaster(cluster: string): Promise<Postmaster | null> {
  const text = await readFile(join(cluster, "postmaster.pid"), "utf8").catch(() => null);
  const [pid, , , port] = (text ?? "").split("\n").map(Number);
  return pid !== undefined && port !== undefined && pid > 0 && port > 0 ? { pid, port } : null;
}

/** Whether there is a process of this number. */
export function isAlive({ pid }: Postmaster): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * Removes the note of a server that does not exist any more, but whose process number another program has got since,
 * as happens after the machine was restarted: PostgreSQL would refuse to start.
 */
export async function forgetImpostor(cluster: string, { pid }: Postmaster): Promise<void> {
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => null);
  if (command !== null && !command.includes("postgres"))
    await rm(join(cluster, "postmaster.pid"), { force: true });
}

/**
 * Starts a server on the cluster. It is in a process group of its own, so that a Ctrl-C meant for us does not stop it
 * before we have finished with it.
 * @returns A promise that settles, with what it logged, if the server ends; it may, when another one was faster.
 */
export async function startPostmaster(
  cluster: string,
  binaries: Binaries,
  account: Account | null,
  settings: ClusterSettings,
): Promise<{ ended: Promise<string> }> {
  const logFile = `${cluster}.log`;
  const grown = await stat(logFile).then(
    ({ size }) => size > maxLogBytes,
    () => false,
  );
  const log = await open(logFile, grown ? "w" : "a");
  try {
    const { size } = await log.stat();
    const all = { ...defaults, port: await freePort(), ...settings };
    const { file, args, options } = commandFor(
      account,
      binaries.postgres,
      ["-D", cluster, ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
      [binaries.postgres, cluster],
    );
    const child = spawn(file, args, {
      ...options,
      detached: true,
      env: programEnvironment(),
      stdio: ["ignore", log.fd, log.fd],
    });
    child.unref();
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", () => {
        readFile(logFile).then(
          (bytes) => resolve(bytes.subarray(size).toString("utf8").trim()),
          () => resolve(`see ${logFile}`),
        );
      });
    });
    return { ended };
  } finally {
    await log.close();
  }
}

/** A port that nothing listens on just now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port could be had");
  return address.port;
}
