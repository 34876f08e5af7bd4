import { Connection, type ConnectionOptions } from "./connection.ts";
import { createSql, type SqlPool } from "./sql.ts";
import { runTransaction, type TransactionRunner } from "./transaction.ts";

/** A single connection, for work that must not continue on another one: holding a lock, running a migration. */
export interface Session extends AsyncDisposable {
  sql: SqlPool;
  runner: TransactionRunner;
  /** Resolves when the connection has ended for any reason. */
  ended: Promise<void>;
}

/** @throws ConnectionError, or Postgres' error. */
export async function openSession(
  url: string,
  options: Omit<ConnectionOptions, "url"> = {},
): Promise<Session> {
  const connection = await Connection.open({ url, ...options });
  const runner = runInOrder(connection);
  return {
    sql: createSql(runner),
    runner,
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
function runInOrder(connection: Connection): TransactionRunner {
  let last: Promise<unknown> = Promise.resolve();
  const queue = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  return {
    run: (statement) => queue(() => connection.run(statement)),
    transaction: (work, mode) => queue(() => runTransaction(connection, work, mode)),
  };
}

/** Runs `work` on a separate connection. */
export async function withSession<T>(url: string, work: (sql: SqlPool) => Promise<T>): Promise<T> {
  await using session = await openSession(url);
  return await work(session.sql);
}
