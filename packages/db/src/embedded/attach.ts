import { setTimeout as delay } from "node:timers/promises";

import { type ClusterLock, acquireClusterLock } from "./cluster-lock.ts";
import { superuser } from "./initialize.ts";
import type { PostgresCommands } from "./postgres-commands.ts";
import {
  type ClusterSettings,
  findPostmaster,
  type StartedServer,
  startPostmaster,
  stopPostmaster,
} from "./postmaster.ts";

/** Parameters for starting and connecting to the server of a cluster. */
export interface ServerOptions {
  /** The cluster. */
  path: string;
  programs: PostgresCommands;
  settings: ClusterSettings;
  /** The superuser's password. */
  password: string;
  log: (message: string) => void;
}

/** A connection to the server, counted among the users of the cluster. */
export interface AttachedServer {
  lock: ClusterLock;
  /** The port on which the server listens. */
  port: number;
}

export const toClusterUrl = (password: string, port: number, database: string): string =>
  `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;

/**
 * Milliseconds that a running server may take to accept a connection, unless it reports that it is starting or
 * stopping.
 */
const responseTimeoutMs = 60_000;
/** Milliseconds of waiting after which a message is logged. */
const maxWaitMs = 3000;
/**
 * Number of failed starts before giving up. Another server may have been faster, or another program may use the port.
 */
const maxFailures = 5;
/** Milliseconds between two attempts. */
const retryDelayMs = 20;

/**
 * Starts the server or finds the running one, and acquires a share of the lock. Waits while the server is starting,
 * recovering from a crash, or being stopped by another process.
 * @param port The port for a server started here.
 */
export async function attach(
  server: ServerOptions,
  signal: AbortSignal,
  port?: number,
): Promise<AttachedServer> {
  const waiting = setTimeout(() => {
    server.log("Waiting for the embedded PostgreSQL, which is starting, recovering or stopping.");
  }, maxWaitMs);
  let started: StartedServer | null = null;
  let failures = 0;
  let log = "it doesn't respond";
  let deadline = Date.now() + responseTimeoutMs;
  try {
    while (failures < maxFailures && Date.now() < deadline) {
      const postmaster = await findPostmaster(server.path);
      if (postmaster !== null) {
        const attempt = await tryAttach(server, postmaster.port);
        if (attempt.lock !== null) return { lock: attempt.lock, port: postmaster.port };
        log = attempt.log;
        if (attempt.isBusy) deadline = Date.now() + responseTimeoutMs;
      } else if (started === null) {
        started = await startPostmaster(server.path, server.programs, server.settings, port);
      } else if (started.exitOutput() !== null) {
        log = started.exitOutput() ?? log;
        failures += 1;
        started = null;
      }
      await delay(retryDelayMs, null, { signal });
    }
  } finally {
    clearTimeout(waiting);
  }
  throw new Error(`The embedded PostgreSQL didn't start: ${log}. See its log, ${server.path}.log`);
}

const startingOrStopping = "57P03";
const wrongPassword = "28P01";

/**
 * Tries to acquire the lock. On failure, returns the server's message, and whether it is only busy.
 * @throws if a retry is useless.
 */
async function tryAttach(
  { password }: ServerOptions,
  port: number,
): Promise<{ lock: ClusterLock } | { lock: null; log: string; isBusy: boolean }> {
  try {
    return { lock: await acquireClusterLock(toClusterUrl(password, port, "postgres")) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === wrongPassword) throw error;
    const log = error instanceof Error ? error.message : String(error);
    return { lock: null, log, isBusy: code === startingOrStopping };
  }
}

/** Releases the lock. The process with the last share stops the server. */
export async function detach({ path, programs }: ServerOptions, lock: ClusterLock): Promise<void> {
  try {
    const isLastShare = await lock.release().catch(() => false); // the server is gone already
    if (isLastShare) await stopPostmaster(path, programs);
  } finally {
    await lock.end();
  }
}
