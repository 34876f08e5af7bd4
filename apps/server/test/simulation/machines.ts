import type { Database } from "@mdreader/db";

import type { Observer } from "./observer.ts";
import { createPostgresLine, createStatements, type PostgresLine, type Statements } from "./postgres-line.ts";
import { openPool, warm } from "./server.ts";
import type { Latency, World } from "./world.ts";

/** What a server runs on: its line to Postgres, and the connections over it. */
export interface Machine {
  database: Database;
  line: PostgresLine;
}

/**
 * Machines are ready before a schedule begins, and serve the next one too: to connect takes longer than a schedule. One
 * whose server was killed is gone.
 */
export interface Machines extends AsyncDisposable {
  statements: Statements;
  /** Gets so many ready, while time still passes by itself. */
  prepare(count: number): Promise<void>;
  /** `world` decides about their messages until the answer is called. */
  begin(world: World, latency: Latency): () => void;
  take(server: string): Machine;
  /** The ways to Postgres of those that were taken and not given back. */
  linesInUse(): PostgresLine[];
  /** It can be taken again. */
  giveBack(machine: Machine): void;
}

/** Whose messages they are at the moment. Without a world, what is sent arrives at once. */
export interface Conditions {
  world: World | null;
  latency: Latency;
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
      return () => {
        conditions.world = null;
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
