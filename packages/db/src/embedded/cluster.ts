import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { address, attach, detach, type ServerOptions } from "./attach.ts";
import { findBinaries } from "./binaries.ts";
import { initializeCluster } from "./initialize.ts";
import { findPostgresCommands, readOwner } from "./postgres-commands.ts";
import type { ClusterSettings } from "./postmaster.ts";

export interface ClusterOptions {
  /** The folder that holds the cluster, in a folder `postgres`, and its log. */
  dataDir: string;
  /** The database to make on first use. */
  database?: string;
  /** Server settings, over ours. They hold if it is us who start the server. */
  settings?: ClusterSettings;
  /** Is told in a sentence what is unusual: a long recovery, a server that ended and is started again. */
  log?: (message: string) => void;
}

/** A PostgreSQL of our own, open. */
export interface Cluster {
  /** The address of a database in it. It contains the password. */
  url(database?: string): string;
  /** Lets go of it. Who lets go last stops the server, and waits until it has stopped. */
  close(): Promise<void>;
}

/**
 * Opens the cluster in a data folder: makes it on first use, starts its server or attaches to the one that runs.
 *
 * A server that outlived its parent, after a kill -9, is attached to. Several processes can have the cluster open at
 * once; PostgreSQL itself sees to it that one server runs. One that ends while the cluster is open is started again, at
 * the same address. Nothing here listens to signals: the server runs until the last `close`.
 *
 * @throws EmbeddedPostgresUnavailable, or an Error that says what PostgreSQL said.
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { database = "mdreader", settings = {}, log = () => {} } = options;
  const binaries = await findBinaries();
  const dataDir = resolve(options.dataDir);
  const path = join(dataDir, "postgres");
  await mkdir(dataDir, { recursive: true });
  const programs = await findPostgresCommands(binaries, dataDir, await readOwner(path));
  const password = await initializeCluster(path, programs, settings["fsync"] !== "off");
  const server: ServerOptions = { path, programs, settings, password, log };

  const closing = new AbortController();
  const { port, ...first } = await attach(server, closing.signal);
  let { lock } = first;
  try {
    await lock.createDatabase(database);
  } catch (error) {
    await detach(server, lock);
    throw error;
  }

  /** Sees to it that the server runs, and that we hold the lock, until we close. */
  async function keepRunning(): Promise<void> {
    const aborted = once(closing.signal, "abort");
    for (;;) {
      await Promise.race([lock.ended, aborted]);
      if (closing.signal.aborted) return;
      log("The embedded PostgreSQL has ended. Starting it again.");
      try {
        const again = await attach(server, closing.signal, port);
        lock = again.lock;
        if (again.port !== port)
          log("The embedded PostgreSQL has another port now: MDReader must be restarted.");
      } catch (error) {
        if (closing.signal.aborted) return;
        log(error instanceof Error ? error.message : String(error));
        await Promise.race([delay(restartDelayMs), aborted]);
      }
    }
  }
  const staying = keepRunning();

  async function close(): Promise<void> {
    closing.abort();
    await staying;
    await detach(server, lock);
  }
  let closed: Promise<void> | null = null;

  return {
    url: (name = database) => address(password, port, name),
    close: () => (closed ??= close()),
  };
}

/** How many milliseconds to wait before trying again to start a server that could not be started again. */
const restartDelayMs = 1000;
