import type { Database } from "@mdreader/db";

import type { Observer } from "./observer.ts";
import {
  type Conditions,
  createPostgresNetwork,
  createStatements,
  type PostgresNetwork,
  type Statements,
} from "./postgres-network.ts";
import type { Latency, Scheduler } from "./scheduler.ts";
import { openPool, warm } from "./server.ts";

/** The environment of a server: its network to Postgres and the open connections. */
export interface Machine {
  database: Database;
  network: PostgresNetwork;
}

/**
 * A pool of machines. They are prepared before a schedule and reused by the next one, because connecting takes longer than a
 * schedule. The machine of a killed server is discarded.
 */
export interface Machines extends AsyncDisposable {
  statements: Statements;
  /** Prepares machines while real time passes. */
  prepare(count: number): Promise<void>;
  /**
   * Lets `scheduler` control their messages until the returned function is called. It also ends what has not finished, since
   * an open transaction would keep its locks from the next schedule.
   */
  begin(scheduler: Scheduler, latency: Latency): () => Promise<void>;
  take(server: string): Machine;
  /** The lines of machines that are taken and not returned. */
  networksInUse(): PostgresNetwork[];
  /** Returns a machine to the pool. */
  giveBack(machine: Machine): void;
}

export function createMachines(observer: Observer, url: string): Machines {
  const statements = createStatements(observer);
  const conditions: Conditions = { scheduler: null, latency: { usual: 0, isSlow: 0, slow: 0 } };
  const all: Machine[] = [];
  const free: Machine[] = [];
  const inUse = new Set<Machine>();
  const add = async () => {
    const network = createPostgresNetwork({ conditions, target: url, statements, observer });
    const machine = { network, database: await openPool(url, network) };
    all.push(machine);
    free.push(machine);
  };
  return {
    statements,
    async prepare(count) {
      while (free.length < count) await add();
      for (const { database } of free.slice(0, count)) await warm(database);
    },
    begin(scheduler, latency) {
      Object.assign(conditions, { scheduler, latency });
      inUse.clear();
      return async () => {
        conditions.scheduler = null;
        await Promise.all(all.map(({ network }) => network.loseBusy()));
      };
    },
    take(server) {
      const machine = free.shift();
      if (machine === undefined) throw new Error("A schedule starts more servers than it said.");
      machine.network.begin(server);
      inUse.add(machine);
      return machine;
    },
    networksInUse: () => [...inUse].map(({ network }) => network),
    giveBack(machine) {
      inUse.delete(machine);
      free.push(machine);
    },
    async [Symbol.asyncDispose]() {
      for (const { network } of all) network.close();
      await Promise.all(all.map(({ database }) => database.close()));
    },
  };
}
