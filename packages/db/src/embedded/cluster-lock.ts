import { DatabaseError } from "pg";

import { openSession } from "../driver/index.ts";

/**
 * The lock that says "I have this cluster open". Each process that uses a cluster holds it, shared, on a connection of
 * its own. It lives in the server, so that a process that is killed lets go of it, and nothing goes stale.
 */
export interface ClusterLock {
  /** Settles when the connection has ended, and the lock with it. */
  ended: Promise<void>;
  /** Gives up our share. @returns Whether nobody else has one: then nobody can get one until `end`. */
  release(): Promise<boolean>;
  /** Closes the connection. */
  end(): Promise<void>;
  /** Makes a database, unless it exists. */
  createDatabase(name: string): Promise<void>;
}

/** The number of the advisory lock. */
const clusterLockId = 7_001_000_001;

/** Takes a share of the lock in the server at `url`. @throws the driver's error where it does not let us in now. */
export async function acquireClusterLock(url: string): Promise<ClusterLock> {
  const session = await openSession(url, {
    applicationName: "mdreader open",
    connectTimeoutMs: 2000, // a server that is about to end may never answer; the next try finds another
  });
  const { sql } = session;
  try {
    await sql`select pg_advisory_lock_shared(${clusterLockId})`;
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
  return {
    ended: session.ended,
    async release() {
      const [row] = await sql<[{ last: boolean }]>`
        select pg_advisory_unlock_shared(${clusterLockId}), pg_try_advisory_lock(${clusterLockId}) as last`;
      return row.last;
    },
    end: async () => session[Symbol.asyncDispose](),
    async createDatabase(name) {
      const [existing] = await sql`select 1 from pg_database where datname = ${name}`;
      if (existing !== undefined) return;
      await sql`create database ${sql(name)}`.catch((error: unknown) => {
        const raced = error instanceof DatabaseError && ["42P04", "23505"].includes(error.code ?? "");
        if (!raced) throw error;
      });
    },
  };
}
