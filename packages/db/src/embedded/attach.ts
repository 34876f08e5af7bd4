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

/** What it takes to start the server of a cluster, and to get in. */
export interface ServerOptions {
  /** The cluster. */
  path: string;
  programs: PostgresCommands;
  settings: ClusterSettings;
  /** The superuser's. */
  password: string;
  log: (message: string) => void;
}

/** We are in, and are counted as one who has the cluster open. */
export interface AttachedServer {
  lock: ClusterLock;
  /** Where the server listens. */
  port: number;
}

export const address = (password: string, port: number, database: string): string =>
  `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;

/** How many milliseconds a server that runs may take to let us in, unless it says that it is working on it. */
const answerTimeoutMs = 60_000;
/** After how many milliseconds of waiting to say what we wait for. */
const maxWaitMs = 3000;
/** How often a server may end at once: it may have met another one, or its port another program. */
const maxFailures = 5;
/** How many milliseconds between one look and the next. */
const retryDelayMs = 20;

/**
 * Starts the server, or finds it, and takes a share of the lock. Waits while the server is starting, recovering from a
 * crash, or being stopped by another process.
 * @param port Where a server that we start shall listen.
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
  let log = "it does not answer";
  let deadline = Date.now() + answerTimeoutMs;
  try {
    while (failures < maxFailures && Date.now() < deadline) {
      const postmaster = await findPostmaster(server.path);
      if (postmaster !== null) {
        const answer = await tryAttach(server, postmaster.port);
        if (answer.lock !== null) return { lock: answer.lock, port: postmaster.port };
        log = answer.log;
        if (answer.busy) deadline = Date.now() + answerTimeoutMs;
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
  throw new Error(`The embedded PostgreSQL did not start: ${log}. Its log is ${server.path}.log`);
}

const startingOrStopping = "57P03";
const wrongPassword = "28P01";

/**
 * Asks for the lock. Without it: what the server said, and whether it only asks for patience.
 * @throws where asking again is no use.
 */
async function tryAttach(
  { password }: ServerOptions,
  port: number,
): Promise<{ lock: ClusterLock } | { lock: null; log: string; busy: boolean }> {
  try {
    return { lock: await acquireClusterLock(address(password, port, "postgres")) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === wrongPassword) throw error;
    const log = error instanceof Error ? error.message : String(error);
    return { lock: null, log, busy: code === startingOrStopping };
  }
}

/** Gives the lock back. Who has the last share stops the server. */
export async function detach({ path, programs }: ServerOptions, lock: ClusterLock): Promise<void> {
  try {
    const last = await lock.release().catch(() => false); // the server is gone already
    if (last) await stopPostmaster(path, programs);
  } finally {
    await lock.end();
  }
}
