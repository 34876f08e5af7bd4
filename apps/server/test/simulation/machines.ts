import type { Database } from "@mdreader/db";

import type { Observer } from "./observer.ts";
import {
  type Conditions,
  createPostgresLine,
  createStatements,
  type PostgresLine,
  type Statements,
} from "./postgres-line.ts";
import { openPool, warm } from "./server.ts";
import type { Latency, World } from "./world.ts";

/** The environment of a server: its line to Postgres and the open connections. */
export interface Machine {
  database: Database;
  line: PostgresLine;
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
   * Lets `world` control their messages until the returned function is called. It also ends what has not finished, since
   * an open transaction would keep its locks from the next schedule.
   */
  begin(world: World, latency: Latency): () => Promise<void>;
  take(server: string): Machine;
  /** The lines of machines that are taken and not returned. */
  linesInUse(): PostgresLine[];
  /** Returns a machine to the pool. */
  giveBack(machine: Machine): void;
}

export function createMachines(observer: Observer, url: string): Machines {
  const statements = createStatements(observer);
  const conditions: Conditions = { world: null, latency: { usual: 0, isSlow: 0, slow: 0 } };
  const all: Machine[] = [];
  const free: Machine[] = [];
  const inUse = new Set<Machine>();
  const add = async () => {
    const line = createPostgresLine({ conditions, target: url, statements, observer });
    const machine = { line, database: await openPool(url, line) };
    all.push(machine);
    free.push(machine);
  };
  return {
    statements,
    async prepare(count) {
      while (free.length < count) await add();
      for (const { database } of free.slice(0, count)) await warm(database);
    },
    begin(world, latency) {
      Object.assign(conditions, { world, latency });
      inUse.clear();
      return async () => {
        conditions.world = null;
        await Promise.all(all.map(({ line }) => line.loseBusy()));
      };
    },
    take(server) {
      const machine = free.shift();
      if (machine === undefined) throw new Error("A schedule starts more servers than it said.");
      machine.line.begin(server);
      inUse.add(machine);
      return machine;
    },
    linesInUse: () => [...inUse].map(({ line }) => line),
    giveBack(machine) {
      inUse.delete(machine);
      free.push(machine);
    },
    async [Symbol.asyncDispose]() {
      for (const { line } of all) line.close();
      await Promise.all(all.map(({ database }) => database.close()));
    },
  };
}
