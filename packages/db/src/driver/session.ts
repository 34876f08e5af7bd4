import { Connection, type ConnectionOptions } from "./connection.ts";
import { createRunner, createSql, type Sql, type SqlPool } from "./sql.ts";
import { type CopyRunner, runTransaction, type TransactionRunner } from "./transaction.ts";

/** A transaction on a single connection. It can copy whole tables. */
export interface SessionTransaction extends CopyRunner {
  sql: Sql;
}

/** A single connection, for work that must not continue on another one: holding a lock, running a migration. */
export interface Session extends AsyncDisposable {
  sql: SqlPool;
  runner: TransactionRunner;
  /** Runs `work` in a transaction. @param mode The text after BEGIN, such as an isolation level. */
  transaction<T>(work: (tx: SessionTransaction) => Promise<T>, mode?: string): Promise<T>;
  /** Resolves when the connection has ended for any reason. */
  ended: Promise<void>;
}

/** @throws ConnectionError, or Postgres' error. */
export async function openSession(
  url: string,
  options: Omit<ConnectionOptions, "url"> = {},
): Promise<Session> {
  const connection = await Connection.open({ url, ...options });
  const queue = createQueue();
  const runner: TransactionRunner = {
    run: (statement) => queue(() => connection.run(statement)),
    transaction: (work, settings) => queue(() => runTransaction(connection, work, settings)),
  };
  return {
    sql: createSql(runner),
    runner,
    transaction: (work, mode = "") =>
      queue(() => runTransaction(connection, (tx) => work(withSql(tx)), { mode })),
    ended: connection.ended,
    async [Symbol.asyncDispose]() {
      connection.close();
      const late = setTimeout(() => connection.destroy(), 1000);
      await connection.ended;
      clearTimeout(late);
    },
  };
}

/** Runs one statement or transaction at a time. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}

const withSql = (tx: CopyRunner): SessionTransaction => ({
  sql: createRunner(tx),
  run: (statement) => tx.run(statement),
  copyTo: (text, read) => tx.copyTo(text, read),
  copyFrom: (text, source) => tx.copyFrom(text, source),
});

/** Runs `work` on a separate connection. */
export async function withSession<T>(url: string, work: (sql: SqlPool) => Promise<T>): Promise<T> {
  await using session = await openSession(url);
  return await work(session.sql);
}
