import type { LookupFunction } from "node:net";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { connect, type Database } from "../connect.ts";
import { createTestDatabase, type TestDatabase } from "../testing/index.ts";
import { openProxy } from "../testing/proxy.ts";

/** The guaranteed recovery time after the database is back. */
const withinRecoveryTime = { timeout: 10_000 };

let home: TestDatabase;
beforeAll(async () => {
  home = await createTestDatabase();
});
afterAll(() => home[Symbol.asyncDispose]());

const failure = (work: PromiseLike<unknown>) =>
  Promise.resolve(work).then(
    () => null,
    (error: unknown) => error,
  );

/** Whether more concurrent calls than connections succeed. */
async function canServe({ sql }: Database, poolSize: number): Promise<boolean> {
  const answers = await Promise.all(Array.from({ length: poolSize * 3 }, () => failure(sql`select 1`)));
  return answers.every((answer) => answer === null);
}

const poolSize = 4;
const fillPool = async ({ sql }: Database) => {
  await Promise.all(Array.from({ length: poolSize }, () => sql`select pg_sleep(0.1)`));
};

describe("connections that die silently", () => {
  test("are closed when idle, in a statement or in a transaction, and the pool recovers", async () => {
    await using proxy = await openProxy(home.url);
    const database = connect(proxy.url, { poolSize });
    try {
      await fillPool(database);
      const { sql } = database;
      const stalled = Promise.withResolvers<void>();
      const transaction = failure(
        sql.begin(async (tx) => {
          await tx`select 1`;
          await stalled.promise;
          await tx`select 2`;
        }),
      );
      const statement = failure(sql`select pg_sleep(1)`);
      proxy.stall();
      stalled.resolve();
      proxy.moveTo(home.url);
      await expect.poll(() => canServe(database, poolSize), withinRecoveryTime).toBe(true);
      for (const error of [await transaction, await statement]) {
        expect(error).toMatchObject({ code: "CONNECTION_LOST" });
      }
    } finally {
      await database.close();
    }
  });

  test("are reopened at the address to which the name now resolves", async () => {
    await using old = await openProxy(home.url, "127.0.0.1");
    await using moved = await openProxy(home.url, "127.0.0.2", old.port);
    let address = "127.0.0.1";
    const lookup: LookupFunction = (_name, { all }, found) =>
      all ? found(null, [{ address, family: 4 }]) : found(null, address, 4);
    const named = new URL(moved.url);
    named.hostname = "database.test";
    const database = connect(named.href, { poolSize, lookup });
    try {
      await fillPool(database);
      old.stall();
      const waiting = Array.from({ length: poolSize * 2 }, () => failure(database.sql`select 1`));
      address = "127.0.0.2";
      await expect.poll(() => canServe(database, poolSize), withinRecoveryTime).toBe(true);
      await Promise.all(waiting);
    } finally {
      await database.close();
    }
  });
});

test("a slow statement continues", async () => {
  const database = connect(home.url, { poolSize });
  try {
    await expect(database.sql`select pg_sleep(5), 1 as one`).resolves.toMatchObject([{ one: 1 }]);
  } finally {
    await database.close();
  }
});

test("a call that waits for a connection fails if the database can't be reached", async () => {
  await using proxy = await openProxy(home.url);
  const database = connect(proxy.url, { poolSize: 1 });
  try {
    proxy.stall();
    const errors = await Promise.all([1, 2, 3].map(() => failure(database.sql`select 1`)));
    for (const error of errors) expect(error).toMatchObject({ name: "ConnectionError" });
    proxy.moveTo(home.url);
    await expect.poll(() => canServe(database, 1), withinRecoveryTime).toBe(true);
  } finally {
    await database.close();
  }
});
