import { connect } from "@mdreader/db";

/** Accesses the database from outside of the simulation, without using simulated time. */
export interface Observer extends AsyncDisposable {
  sql: ReturnType<typeof connect>["sql"];
  db: ReturnType<typeof connect>["db"];
  /** Those of the given processes that wait for a lock. */
  findLocked(processIds: readonly number[]): Promise<number[]>;
  /** Terminates the given processes and waits until they are gone. */
  terminate(processIds: readonly number[]): Promise<void>;
}

export function createObserver(url: string): Observer {
  const { sql, db, close } = connect(url, { poolSize: 1, applicationName: "simulation" });
  return {
    sql,
    db,
    async findLocked(processIds) {
      const found = await sql<{ pid: number }[]>`
        select pid from unnest(${[...processIds]}::int[]) as pid where cardinality(pg_blocking_pids(pid)) > 0`;
      return found.map(({ pid }) => pid);
    },
    async terminate(processIds) {
      const ids = processIds.filter((id) => id > 0);
      if (ids.length === 0) return;
      await sql`select pg_terminate_backend(pid, 5000) from unnest(${ids}::int[]) as pid`;
    },
    [Symbol.asyncDispose]: close,
  };
}
