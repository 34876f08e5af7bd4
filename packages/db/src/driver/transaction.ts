import type { Connection, Statement, StatementResult } from "./connection.ts";
import { ConnectionError } from "./errors.ts";

/** What runs statements: a pool, a session, or a transaction. */
export interface Runner {
  run(statement: Statement): Promise<StatementResult>;
}

/** What can also run transactions. */
export interface TransactionRunner extends Runner {
  transaction<T>(work: (tx: Runner) => T | Promise<T>, mode?: string): Promise<T>;
}

/**
 * Runs `work` in a transaction on `connection`: all of it is committed, or nothing is. It is over once this settles: a
 * statement that comes later, or after the connection is lost, is sent nowhere.
 * @param mode What follows BEGIN, such as an isolation level.
 */
export async function runTransaction<T>(
  connection: Connection,
  work: (tx: Runner) => T | Promise<T>,
  mode = "",
): Promise<T> {
  const tx = new Transaction(connection);
  await tx.run({ text: `begin ${mode}`, parameters: [] });
  let result: T;
  try {
    result = await work(tx);
  } catch (error) {
    await tx.end("rollback").catch(() => connection.destroy());
    throw error;
  }
  // Postgres answers the COMMIT of a transaction in which something failed by rolling it back, and calls that a success.
  if ((await tx.end("commit")).command !== "COMMIT") throw tx.failure;
  return result;
}

class Transaction implements Runner {
  /** What failed first in it. */
  failure: unknown = new Error("the transaction was rolled back");
  #hasFailed = false;
  #isOver = false;
  #last: Promise<unknown> = Promise.resolve();

  private readonly connection: Connection;
  constructor(connection: Connection) {
    this.connection = connection;
  }

  run(statement: Statement): Promise<StatementResult> {
    if (this.#isOver)
      return Promise.reject(new ConnectionError("the transaction is over", "TRANSACTION_OVER"));
    return this.#send(statement);
  }

  /** Waits for what was asked before. */
  end(text: "commit" | "rollback"): Promise<StatementResult> {
    this.#isOver = true;
    return this.#send({ text, parameters: [] });
  }

  /** One after the other. */
  #send(statement: Statement): Promise<StatementResult> {
    const done = this.#last.then(() => {
      if (this.connection.isLost) throw new ConnectionError("the connection of the transaction is lost");
      return this.connection.run(statement);
    });
    this.#last = done.catch((error: unknown) => {
      if (!this.#hasFailed) this.failure = error;
      this.#hasFailed = true;
    });
    return done;
  }
}
