import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { toClusterUrl, attach, detach, type ServerOptions } from "./attach.ts";
import { findBinaries } from "./binaries.ts";
import { initializeCluster } from "./initialize.ts";
import { findPostgresCommands, readOwner } from "./postgres-commands.ts";
import type { ClusterSettings } from "./postmaster.ts";

export interface ClusterOptions {
  /** The folder that contains the cluster (in `postgres`) and its log. */
  dataDir: string;
  /** The database to create on first use. */
  database?: string;
  /** Server settings that override our defaults. They apply if this process starts the server. */
  settings?: ClusterSettings;
  /** Receives messages about unusual events: a long recovery, or a server that ended and is restarted. */
  log?: (message: string) => void;
}

/** An open embedded PostgreSQL. */
export interface Cluster {
  /** Returns the URL of a database. It contains the password. */
  url(database?: string): string;
  /** Releases the cluster. The last process stops the server, and waits until it has stopped. */
  close(): Promise<void>;
}

/**
 * Opens the cluster in a data folder. Creates it on first use, and starts its server or attaches to the running one.
 *
 * It also attaches to a server that survived its parent, as after kill -9. Several processes can have the cluster open
 * at once; PostgreSQL itself ensures that only one server runs. A server that ends while the cluster is open is
 * restarted at the same address. No signals are handled here: the server runs until the last `close`.
 *
 * @throws EmbeddedPostgresUnavailable, or an Error with PostgreSQL's message.
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { database = "mdreader", settings = {}, log = () => {} } = options;
  const binaries = await findBinaries();
  const dataDir = resolve(options.dataDir);
  const path = join(dataDir, "postgres");
  await mkdir(dataDir, { recursive: true });
  const programs = await findPostgresCommands(binaries, dataDir, await readOwner(path));
  const password = await initializeCluster(path, programs, { isDurable: settings["fsync"] !== "off" });
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

  /** Keeps the server running and the lock held until the cluster is closed. */
  async function keepRunning(): Promise<void> {
    const aborted = once(closing.signal, "abort");
    for (;;) {
      await Promise.race([lock.ended, aborted]);
      if (closing.signal.aborted) return;
      log("The embedded PostgreSQL has stopped. Starting it again.");
      try {
        const reattached = await attach(server, closing.signal, port);
        lock = reattached.lock;
        if (reattached.port !== port) log("The embedded PostgreSQL now uses another port. Restart MDReader.");
      } catch (error) {
        if (closing.signal.aborted) return;
        log(error instanceof Error ? error.message : String(error));
        await Promise.race([delay(restartDelayMs), aborted]);
      }
    }
  }
  const keeper = keepRunning();

  async function close(): Promise<void> {
    closing.abort();
    await keeper;
    await detach(server, lock);
  }
  let closed: Promise<void> | null = null;

  return {
    url: (name = database) => toClusterUrl(password, port, name),
    close: () => (closed ??= close()),
  };
}

/** Milliseconds between attempts to restart a server. */
const restartDelayMs = 1000;
