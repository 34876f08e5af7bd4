import { DatabaseError } from "pg";

import { advisoryLocks } from "../advisory-locks.ts";
import { openSession } from "../driver/index.ts";

/**
 * A shared lock on a cluster. Each process that uses the cluster holds a share on a separate connection. The server
 * holds the lock, so a killed process releases its share, and no lock goes stale.
 */
export interface ClusterLock {
  /** Resolves when the connection has ended, and the lock with it. */
  ended: Promise<void>;
  /** Releases our share. @returns Whether it was the last one. If so, no other process can acquire one until `end`. */
  release(): Promise<boolean>;
  /** Closes the connection. */
  end(): Promise<void>;
  /** Creates a database unless it exists. */
  createDatabase(name: string): Promise<void>;
}

/**
 * Acquires a share of the lock in the server at `url`. @throws the driver's error if the server does not accept
 * connections.
 */
export async function acquireClusterLock(url: string): Promise<ClusterLock> {
  const session = await openSession(url, {
    applicationName: "mdreader open",
    connectTimeoutMs: 2000, // a server that is stopping may never respond; the next attempt finds another one
  });
  const { sql } = session;
  try {
    await sql`select pg_advisory_lock_shared(${advisoryLocks.cluster})`;
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
  return {
    ended: session.ended,
    async release() {
      const [row] = await sql<[{ last: boolean }]>`
        select pg_advisory_unlock_shared(${advisoryLocks.cluster}), pg_try_advisory_lock(${advisoryLocks.cluster}) as last`;
      return row.last;
    },
    end: async () => session[Symbol.asyncDispose](),
    async createDatabase(name) {
      const [existing] = await sql`select 1 from pg_database where datname = ${name}`;
      if (existing !== undefined) return;
      await sql`create database ${sql(name)}`.catch((error: unknown) => {
        const isConflict = error instanceof DatabaseError && ["42P04", "23505"].includes(error.code ?? "");
        if (!isConflict) throw error;
      });
    },
  };
}
