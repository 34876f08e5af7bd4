import type { LookupFunction } from "node:net";
import type { Duplex } from "node:stream";

import type { Logger } from "drizzle-orm";

import { createDrizzle, type Db, type Tx } from "./driver/drizzle.ts";
import { Pool } from "./driver/pool.ts";
import { createSql, type Sql, type SqlRunner } from "./driver/sql.ts";

export type { Db, SqlRunner, Tx };

/** What a statement can be run on. */
export type Executor = Db | Tx;

/** What runs statements of the driver: the pool, or a transaction. */
export type QueryRunner = SqlRunner;

export interface Database {
  readonly db: Db;
  /** Statements as they are written. Timestamps come as strings. */
  readonly sql: Sql;
  /** Lets what is under way finish for a few seconds, then closes all connections. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Connections at most. */
  poolSize?: number;
  applicationName?: string;
  /** After how many milliseconds Postgres gives up on a statement. */
  statementTimeout?: number;
  /** How the host's name is resolved, for each connection anew. */
  lookup?: LookupFunction;
  /** What connections go over; a TCP socket unless told otherwise. */
  openStream?: () => Duplex;
  /** Is told of each statement. */
  logger?: Logger;
}

/** Opens a pool. Connections are made when first needed: `ping` tells whether that works. */
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
