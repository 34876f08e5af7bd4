import { setTimeout as delay } from "node:timers/promises";

import { superuser } from "./initialize.ts";
import { type OpenLock, takeOpenLock } from "./open-lock.ts";
import {
  type ClusterSettings,
  findPostmaster,
  type Started,
  startPostmaster,
  stopPostmaster,
} from "./postmaster.ts";
import type { Programs } from "./programs.ts";

/** What it takes to start the server of a cluster, and to get in. */
export interface Server {
  /** The cluster. */
  path: string;
  programs: Programs;
  settings: ClusterSettings;
  /** The superuser's. */
  password: string;
  log: (message: string) => void;
}

/** We are in, and are counted as one who has the cluster open. */
export interface Entered {
  lock: OpenLock;
  /** Where the server listens. */
  port: number;
}

export const address = (password: string, port: number, database: string): string =>
  `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;

/** How many milliseconds a server that runs may take to let us in, unless it says that it is working on it. */
const answerTimeout = 60_000;
/** After how many milliseconds of waiting to say what we wait for. */
const patience = 3000;
/** How often a server may end at once: it may have met another one, or its port another program. */
const maxFailures = 5;
/** How many milliseconds between one look and the next. */
const pause = 20;

/**
 * Starts the server, or finds it, and takes a share of the lock. Waits while the server is starting, recovering from a
 * crash, or being stopped by another process.
 * @param port Where a server that we start shall listen.
 */
export async function enter(server: Server, signal: AbortSignal, port?: number): Promise<Entered> {
  const waiting = setTimeout(() => {
    server.log("Waiting for the embedded PostgreSQL, which is starting, recovering or stopping.");
  }, patience);
  let started: Started | null = null;
  let failures = 0;
  let said = "it does not answer";
  let deadline = Date.now() + answerTimeout;
  try {
    while (failures < maxFailures && Date.now() < deadline) {
      const postmaster = await findPostmaster(server.path);
      if (postmaster !== null) {
        const answer = await knock(server, postmaster.port);
        if (answer.lock !== null) return { lock: answer.lock, port: postmaster.port };
        said = answer.said;
        if (answer.busy) deadline = Date.now() + answerTimeout;
      } else if (started === null) {
        started = await startPostmaster(server.path, server.programs, server.settings, port);
      } else if (started.lastWords() !== null) {
        said = started.lastWords() ?? said;
        failures += 1;
        started = null;
      }
      await delay(pause, null, { signal });
    }
  } finally {
    clearTimeout(waiting);
  }
  throw new Error(`The embedded PostgreSQL did not start: ${said}. Its log is ${server.path}.log`);
}

const startingOrStopping = "57P03";
const wrongPassword = "28P01";

/**
 * Asks for the lock. Without it: what the server said, and whether it only asks for patience.
 * @throws where asking again is no use.
 */
async function knock(
  { password }: Server,
  port: number,
): Promise<{ lock: OpenLock } | { lock: null; said: string; busy: boolean }> {
  try {
    return { lock: await takeOpenLock(address(password, port, "postgres")) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === wrongPassword) throw error;
    const said = error instanceof Error ? error.message : String(error);
    return { lock: null, said, busy: code === startingOrStopping };
  }
}

/** Gives the lock back. Who has the last share stops the server. */
export async function leave({ path, programs }: Server, lock: OpenLock): Promise<void> {
  try {
    const last = await lock.release().catch(() => false); // the server is gone already
    if (last) await stopPostmaster(path, programs);
  } finally {
    await lock.end();
  }
}
