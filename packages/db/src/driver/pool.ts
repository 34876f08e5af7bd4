import { setTimeout as delay } from "node:timers/promises";

import { Connection, type ConnectionOptions, type Statement, type StatementResult } from "./connection.ts";
import { ConnectionError, isStalePlan } from "./errors.ts";
import { type Runner, runTransaction, type TransactionRunner } from "./transaction.ts";
import { createWatchdog, type Watchdog } from "./watchdog.ts";

export interface PoolOptions extends ConnectionOptions {
  /** Connections at most. */
  size: number;
}

interface Waiter {
  since: number;
  /** Whether a connection is being opened for it. It takes any that is free before. */
  isOpening: boolean;
  resolve(connection: Connection): void;
  reject(error: unknown): void;
}

/** How old a connection gets: Postgres' process keeps what it has seen of the schema, and a balancer its choice. */
const maxLifetimeMs = 45 * 60_000;
/** How long a pool that closes waits for what is under way. */
const closeTimeoutMs = 5000;

/**
 * Connections, opened as they are needed. Each is one caller's until it gives it back, and the one given back last goes
 * out first: its statements are prepared, its caches warm. One that is lost, or in an unknown state, does not come back.
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
      connections: () => this.#all,
      drop: (connection, reason) => this.#drop(connection, reason),
      rejectWaiting: (before, reason) => this.#rejectWaiting(before, reason),
    });
  }

  async run(statement: Statement): Promise<StatementResult> {
    try {
      return await this.#runOnce(statement);
    } catch (error) {
      // It was refused before it did anything. Another connection may have the same, so it goes unprepared.
      if (isStalePlan(error)) return this.#runOnce({ ...statement, name: undefined });
      throw error;
    }
  }

  async transaction<T>(work: (tx: Runner) => T | Promise<T>, mode?: string): Promise<T> {
    const connection = this.#take() ?? (await this.#wait());
    try {
      return await runTransaction(connection, work, mode);
    } finally {
      this.#release(connection);
    }
  }

  /** Lets what is under way finish for a few seconds, then closes all connections. */
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

  /** Opens a connection for each who waits, as far as there may be. */
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
    const begun = performance.now();
    try {
      const connection = await Connection.open(this.options);
      this.#opening -= 1;
      this.#all.add(connection);
      void connection.ended.then(() => this.#drop(connection));
      this.#release(connection);
    } catch (error) {
      this.#opening -= 1;
      const index = this.#waiting.indexOf(waiter);
      if (index !== -1) this.#waiting.splice(index, 1);
      waiter.reject(error);
      // Where nothing is open, nor will be, the others who wait would find the same, one after the other.
      if (this.#all.size + this.#opening === 0) this.#rejectWaiting(begun, error);
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

  /** Takes a healthy connection out. */
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

  /** @param before Those who have waited since then, or longer. */
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
