import type { LookupFunction } from "node:net";
import type { Duplex } from "node:stream";

import type { Logger } from "drizzle-orm";

import { createDrizzle, type Db, executePrepared, runStatement, type Tx } from "./driver/drizzle.ts";
import { Pool } from "./driver/pool.ts";
import { createSql, type Sql, type SqlPool } from "./driver/sql.ts";

export { executePrepared, runStatement };
export type { Db, Sql, SqlPool, Tx };

/** Runs Drizzle's statements: the database or a transaction. */
export type Executor = Db | Tx;

export interface Database {
  readonly db: Db;
  /** Runs SQL as written. Timestamps are returned as strings. */
  readonly sql: SqlPool;
  /** Waits a few seconds for running statements, then closes all connections. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Maximum number of connections. */
  poolSize?: number;
  applicationName?: string;
  /** Postgres's statement timeout in milliseconds. */
  statementTimeout?: number;
  /** Resolves the host name, again for each connection. */
  lookup?: LookupFunction;
  /** Opens the transport of a connection. Defaults to a TCP socket. */
  openStream?: () => Duplex;
  /** Receives each statement. */
  logger?: Logger;
}

/** Opens a pool. Connections are opened on first use; `ping` checks that this works. */
export function connect(
  url: string,
  {
    poolSize = 20,
    applicationName,
    statementTimeout = 15_000,
    lookup,
    openStream,
    logger,
  }: ConnectOptions = {},
): Database {
  const pool = new Pool({
    url,
    size: poolSize,
    statementTimeoutMs: statementTimeout,
    lookup,
    openStream,
    ...(applicationName !== undefined && { applicationName }),
  });
  return { db: createDrizzle(pool, logger), sql: createSql(pool), close: () => pool.close() };
}
