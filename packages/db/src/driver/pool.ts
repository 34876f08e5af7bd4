import { setTimeout as delay } from "node:timers/promises";

import { Connection, type ConnectionOptions, type Statement, type StatementResult } from "./connection.ts";
import { ConnectionError, isStalePlan } from "./errors.ts";
import {
  type Runner,
  runTransaction,
  type TransactionOptions,
  type TransactionRunner,
} from "./transaction.ts";
import { createWatchdog, type Watchdog } from "./watchdog.ts";

export interface PoolOptions extends ConnectionOptions {
  /** Maximum number of connections. */
  size: number;
}

interface Waiter {
  since: number;
  /** Whether a connection is being opened for it. It takes any connection that becomes free earlier. */
  isOpening: boolean;
  resolve(connection: Connection): void;
  reject(error: unknown): void;
}

/**
 * Maximum age of a connection: a Postgres process caches the schema that it has seen, and a load balancer keeps its
 * choice.
 */
const maxLifetimeMs = 45 * 60_000;
/** Milliseconds that a closing pool waits for running statements. */
const closeTimeoutMs = 5000;

/**
 * A pool of connections, opened on demand. Each belongs to one caller until it is released. The most recently released
 * one is reused first, because its statements are prepared and its caches are warm. Connections that are lost or in an
 * unknown state are not reused.
 */
export class Pool implements TransactionRunner {
  private readonly options: PoolOptions;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #waiting: Waiter[] = [];
  readonly #watchdog: Watchdog;
  #opening = 0;
  #closed: Promise<void> | null = null;

  constructor(options: PoolOptions) {
    this.options = options;
    this.#watchdog = createWatchdog(options, {
      listConnections: () => this.#all,
      drop: (connection, reason) => this.#drop(connection, reason),
      rejectWaiting: (before, reason) => this.#rejectWaiting(before, reason),
    });
  }

  async run(statement: Statement): Promise<StatementResult> {
    try {
      return await this.#runOnce(statement);
    } catch (error) {
      // The statement was rejected before it had any effect. Other connections may have the same stale plan, so it runs
      // unprepared.
      if (isStalePlan(error)) return this.#runOnce({ ...statement, name: undefined });
      throw error;
    }
  }

  async transaction<T>(work: (tx: Runner) => T | Promise<T>, options?: TransactionOptions): Promise<T> {
    const connection = this.#take() ?? (await this.#wait());
    try {
      return await runTransaction(connection, work, options);
    } finally {
      this.#release(connection);
    }
  }

  /** Waits a few seconds for running statements, then closes all connections. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #runOnce(statement: Statement): Promise<StatementResult> {
    const connection = this.#take() ?? (await this.#wait());
    try {
      return await connection.run(statement);
    } finally {
      this.#release(connection);
    }
  }

  #take(): Connection | undefined {
    const connection = this.#idle.pop();
    if (connection !== undefined) connection.idleSince = null;
    return connection;
  }

  #wait(): Promise<Connection> {
    if (this.#closed !== null) throw new ConnectionError("the pool is closed", "CONNECTION_ENDED");
    return new Promise((resolve, reject) => {
      this.#waiting.push({ since: performance.now(), isOpening: false, resolve, reject });
      this.#openMore();
    });
  }

  /** Opens a connection for each waiting caller, up to the maximum. */
  #openMore(): void {
    while (this.#opening < this.#waiting.length && this.#all.size + this.#opening < this.options.size) {
      const waiter = this.#waiting.find(({ isOpening }) => !isOpening);
      if (waiter === undefined) return;
      waiter.isOpening = true;
      this.#opening += 1;
      void this.#open(waiter);
    }
  }

  async #open(waiter: Waiter): Promise<void> {
    const startedAt = performance.now();
    try {
      const connection = await Connection.open({ ...this.options, isPipelined: true });
      this.#opening -= 1;
      this.#all.add(connection);
      void connection.ended.then(() => this.#drop(connection));
      this.#release(connection);
    } catch (error) {
      this.#opening -= 1;
      const index = this.#waiting.indexOf(waiter);
      if (index !== -1) this.#waiting.splice(index, 1);
      waiter.reject(error);
      // If no connection is open or being opened, the other waiting callers would fail with the same error.
      if (this.#all.size + this.#opening === 0) this.#rejectWaiting(startedAt, error);
      this.#openMore();
    }
  }

  #release(connection: Connection): void {
    if (!connection.isReusable) return this.#drop(connection);
    if (!this.#all.has(connection)) return;
    const next = this.#waiting.shift();
    if (next !== undefined) return next.resolve(connection);
    const now = performance.now();
    if (this.#closed !== null || now - connection.openedAt > maxLifetimeMs) return this.#end(connection);
    connection.idleSince = now;
    this.#idle.push(connection);
  }

  /** Closes a healthy connection. */
  #end(connection: Connection): void {
    this.#all.delete(connection);
    connection.close();
  }

  #drop(connection: Connection, reason?: ConnectionError): void {
    if (!this.#all.delete(connection)) return;
    const index = this.#idle.indexOf(connection);
    if (index !== -1) this.#idle.splice(index, 1);
    if (index !== -1 && connection.isReusable && reason === undefined) connection.close();
    else connection.destroy(reason);
    this.#openMore();
  }

  /** @param before Rejects callers that have waited since this time or longer. */
  #rejectWaiting(before: number, reason: unknown): void {
    while (this.#waiting[0] !== undefined && this.#waiting[0].since <= before)
      this.#waiting.shift()?.reject(reason);
  }

  async #close(): Promise<void> {
    for (const connection of this.#idle.splice(0)) this.#end(connection);
    const latest = performance.now() + closeTimeoutMs;
    while (this.#all.size + this.#opening + this.#waiting.length > 0 && performance.now() < latest)
      await delay(5);
    this.#watchdog.stop();
    this.#rejectWaiting(Infinity, new ConnectionError("the pool is closed", "CONNECTION_ENDED"));
    for (const connection of this.#all) this.#drop(connection);
  }
}
