import { randomBytes } from "node:crypto";

import { openSession, type Sql } from "../driver/index.ts";
import { dropDatabase } from "./database.ts";

/** A test run on a server. Databases with its prefix belong to it until it is disposed of. */
export interface TestRun extends AsyncDisposable {
  prefix: string;
}

const databaseName = /^mdreader_test_(?<id>[0-9a-f]{8})_/;

/**
 * Claims a prefix for the databases of a run, and drops the databases of killed runs. While a run is active, a separate
 * connection holds an advisory lock with its number. If the lock is free, the run has ended.
 */
export async function acquireTestRun(serverUrl: string): Promise<TestRun> {
  const session = await openSession(serverUrl);
  const { sql } = session;
  const id = randomBytes(4).toString("hex");
  await sql`select pg_advisory_lock(${runLockId}, ${parseRunNumber(id)})`;
  for (const abandoned of await findAbandonedDatabases(sql)) await dropDatabase(serverUrl, abandoned);
  return { prefix: `mdreader_test_${id}_`, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
}

async function findAbandonedDatabases(sql: Sql): Promise<string[]> {
  const databases = await sql<{ name: string }[]>`select datname as name from pg_database`;
  const locks = await sql<{ number: number }[]>`
    select objid::int8::int4 as number from pg_locks where locktype = 'advisory' and classid = ${runLockId}`;
  const activeRuns = new Set(locks.map(({ number }) => number));
  return databases.flatMap(({ name }) => {
    const id = databaseName.exec(name)?.groups?.["id"];
    return id !== undefined && !activeRuns.has(parseRunNumber(id)) ? [name] : [];
  });
}

/** The first key of the advisory locks of active runs. */
const runLockId = 7_001;

const parseRunNumber = (id: string): number => Number.parseInt(id, 16) >>> 1;
