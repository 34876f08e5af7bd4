import type { Connection, Statement, StatementResult } from "./connection.ts";
import { ConnectionError } from "./errors.ts";

/** Runs statements: a pool, a session or a transaction. */
export interface Runner {
  run(statement: Statement): Promise<StatementResult>;
}

/** A runner that can also copy whole tables. */
export interface CopyRunner extends Runner {
  /** Runs `COPY … TO STDOUT`, and lets `read` consume its output. */
  copyTo(text: string, read: (output: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void>;
  /** Runs `COPY … FROM STDIN` with the rows of `source`. */
  copyFrom(text: string, source: AsyncIterable<Uint8Array>): Promise<void>;
}

/** A runner that can also start transactions. */
export interface TransactionRunner extends Runner {
  transaction<T>(work: (tx: Runner) => T | Promise<T>, options?: TransactionOptions): Promise<T>;
}

export interface TransactionOptions {
  /** The text after BEGIN, such as an isolation level. */
  mode?: string;
  /**
   * Whether statements are sent without waiting for the responses to earlier ones, including BEGIN, if the connection is
   * pipelined. Those that are started together then take one round trip. If BEGIN fails, they may run without a
   * transaction, so they must not write. Later ones are not sent after a failure.
   */
  isPipelined?: boolean;
}

/**
 * Runs `work` in a transaction on `connection`: either all of it is committed, or nothing. The transaction is over when
 * this settles. Later statements, and statements after a lost connection, are not sent.
 */
export async function runTransaction<T>(
  connection: Connection,
  work: (tx: CopyRunner) => T | Promise<T>,
  { mode = "", isPipelined = false }: TransactionOptions = {},
): Promise<T> {
  const tx = new Transaction(connection, isPipelined && connection.isPipelined);
  const begun = tx.run({ text: `begin ${mode}`, parameters: [] });
  if (!tx.isPipelined) await begun;
  let result: T;
  try {
    [result] = await Promise.all([work(tx), begun]);
  } catch (error) {
    await tx.end("rollback").catch(() => connection.destroy());
    throw error;
  }
  // Postgres responds to the COMMIT of a failed transaction by rolling it back, and reports success.
  if ((await tx.end("commit")).command !== "COMMIT") throw tx.failure;
  return result;
}

class Transaction implements CopyRunner {
  /** The first failure in the transaction. */
  failure: unknown = new Error("the transaction was rolled back");
  #hasFailed = false;
  #isOver = false;
  #last: Promise<unknown> = Promise.resolve();

  readonly isPipelined: boolean;
  private readonly connection: Connection;
  constructor(connection: Connection, isPipelined: boolean) {
    this.connection = connection;
    this.isPipelined = isPipelined;
  }

  run(statement: Statement): Promise<StatementResult> {
    return this.#start(() => this.connection.run(statement));
  }

  copyTo(text: string, read: (output: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void> {
    return this.#start(() => this.connection.copyTo(text, read));
  }

  copyFrom(text: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    return this.#start(() => this.connection.copyFrom(text, source));
  }

  /** Waits for earlier statements. */
  end(text: "commit" | "rollback"): Promise<StatementResult> {
    this.#isOver = true;
    return this.#send(() => this.connection.run({ text, parameters: [] }));
  }

  #start<T>(send: () => Promise<T>): Promise<T> {
    if (this.#isOver)
      return Promise.reject(new ConnectionError("the transaction has ended", "TRANSACTION_OVER"));
    if (this.isPipelined && this.#hasFailed) return Promise.reject(this.failure);
    return this.#send(send);
  }

  /** Sends one statement at a time, unless the transaction is pipelined. */
  #send<T>(send: () => Promise<T>): Promise<T> {
    const start = async () => {
      if (this.connection.isLost) throw new ConnectionError("the transaction's connection is lost");
      return await send();
    };
    const done = this.isPipelined ? start() : this.#last.then(start);
    this.#last = done.catch((error: unknown) => {
      if (!this.#hasFailed) this.failure = error;
      this.#hasFailed = true;
    });
    return done;
  }
}
