import type { Logger } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

import * as schema from "./schema/index.ts";

/** The pool of connections, as Drizzle sees it. */
export type Db = PostgresJsDatabase<typeof schema>;
/** A transaction. */
export type Tx = Parameters<Parameters<Db["transaction"]>[0]>[0];
/** What a statement can be run on. */
export type Executor = Db | Tx;

/** What runs statements of the driver: the pool, or a transaction. */
export type Queries = postgres.ISql;

/** What statements of the driver itself can be run on: the pool, or a transaction. */
export type SqlRunner = postgres.ISql;

export interface Database {
  readonly db: Db;
  /** The driver itself. Drizzle has changed its parsers: timestamps come as strings. */
  readonly sql: postgres.Sql;
  /** Lets what is under way finish for a few seconds, then closes all connections. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Connections at most. */
  poolSize?: number;
  applicationName?: string;
  /** After how many milliseconds Postgres gives up on a statement. */
  statementTimeout?: number;
  /** Is told of each statement. */
  logger?: Logger;
}

/** Opens a pool. Connections are made when first needed: `ping` tells whether that works. */
export function connect(
  url: string,
  { poolSize = 20, applicationName = "mdreader", statementTimeout = 15_000, logger }: ConnectOptions = {},
): Database {
  const sql = postgres(url, {
    max: poolSize,
    connect_timeout: 5,
    idle_timeout: 60,
    // A server that is back is found again within a second; the driver would wait for up to 20.
    backoff: (attempt) => Math.min(0.05 * 2 ** attempt, 1),
    onnotice: () => {},
    connection: {
      application_name: applicationName,
      statement_timeout: statementTimeout,
      idle_in_transaction_session_timeout: 60_000,
      // Our statements are short: compiling them takes longer than it saves.
      jit: false,
    },
  });
  return {
    db: drizzle(sql, { schema, ...(logger && { logger }) }),
    sql,
    close: () => sql.end({ timeout: 5 }),
  };
}
