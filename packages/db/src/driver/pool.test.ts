import type { LookupFunction } from "node:net";

import { afterAll, beforeAll, expect, test } from "vitest";

import { connect } from "../connect.ts";
import { createTestDatabase, type TestDatabase } from "../testing/index.ts";
import { openProxy } from "../testing/proxy.ts";
import { Pool } from "./pool.ts";

let home: TestDatabase;
beforeAll(async () => {
  home = await createTestDatabase();
});
afterAll(() => home[Symbol.asyncDispose]());

/** A pool whose connections open or fail when the test decides. */
function openPool(poolSize: number) {
  const url = new URL(home.url);
  const address = url.hostname;
  url.hostname = "database.test";
  const attempts: { succeed(): void; fail(): void }[] = [];
  const lookup: LookupFunction = (_host, _options, callback) => {
    attempts.push({
      succeed: () => callback(null, [{ address, family: 4 }]),
      fail: () => callback(new Error("the name can't be resolved"), []),
    });
  };
  return { database: connect(url.href, { poolSize, lookup }), attempts };
}

const failure = (work: PromiseLike<unknown>) =>
  Promise.resolve(work).then(
    () => null,
    (error: unknown) => error,
  );

test("a failed connection attempt fails only the call that it was made for", async () => {
  const { database, attempts } = openPool(2);
  const { sql } = database;
  try {
    const end = Promise.withResolvers<void>();
    const holding = sql.begin(() => end.promise);
    await expect.poll(() => attempts.length).toBe(1);
    attempts[0]?.succeed();

    // It gets the transaction's connection before its own connection is open.
    const first = failure(sql`select 1`);
    await expect.poll(() => attempts.length).toBe(2);
    end.resolve();
    await holding;
    expect(await first).toBeNull();

    const released = Promise.withResolvers<void>();
    const holdingAgain = sql.begin(() => released.promise);
    const second = failure(sql`select 1`);
    attempts[1]?.fail();
    await expect.poll(() => attempts.length).toBe(3);
    attempts[2]?.succeed();
    expect(await second).toBeNull();
    released.resolve();
    await holdingAgain;
  } finally {
    await database.close();
  }
});

test("a failed connection attempt fails its call, and other calls use another connection", async () => {
  const { database, attempts } = openPool(2);
  const { sql } = database;
  try {
    const [first, second] = [failure(sql`select 1`), failure(sql`select 1`)];
    await expect.poll(() => attempts.length).toBe(2);
    attempts[1]?.fail();
    expect(await second).toBeInstanceOf(Error);
    attempts[0]?.succeed();
    expect(await first).toBeNull();
  } finally {
    await database.close();
  }
});

test("if no connection can be opened, all waiting calls fail without an attempt for each", async () => {
  const { database, attempts } = openPool(1);
  const { sql } = database;
  try {
    const calls = Array.from({ length: 10 }, () => failure(sql`select 1`));
    await expect.poll(() => attempts.length).toBe(1);
    attempts[0]?.fail();
    expect(await calls[0]).toBeInstanceOf(Error);
    // The other calls were made after the attempt began. They get one more attempt together.
    await expect.poll(() => attempts.length).toBe(2);
    attempts[1]?.fail();
    for (const call of calls) expect(await call).toBeInstanceOf(Error);
    expect(attempts).toHaveLength(2);
  } finally {
    await database.close();
  }
});

test("a pipelined transaction sends statements without waiting for the responses to earlier ones", async () => {
  await home.database.sql`create table locked (n int not null)`;
  await home.database.sql`insert into locked values (1)`;
  await using proxy = await openProxy(home.url);
  const { sql, close } = connect(proxy.url);
  const end = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const holding = home.database.sql.begin(async (tx) => {
    await tx`update locked set n = 2`;
    held.resolve();
    await end.promise;
  });
  try {
    await held.promise;
    const lockAndRead = () =>
      sql.begin(
        async (tx) => {
          const lock = tx`select 1 from locked for update`.then(() => null);
          const [rows] = await Promise.all([tx`select n as behind from locked`, lock]);
          return [...rows];
        },
        { isPipelined: true },
      );
    // The second statement reaches the proxy while the first one waits.
    proxy.cutAt("behind");
    await expect(lockAndRead()).rejects.toThrow();
    proxy.cutAt(null);
    const reading = lockAndRead();
    end.resolve();
    // It sees what the first one waited for.
    expect(await reading).toEqual([{ behind: 2 }]);
  } finally {
    end.resolve();
    await holding;
    await close();
  }
});

test("a pipelined transaction sends nothing more once BEGIN has failed", async () => {
  await home.database.sql`create table unwritten (n int not null)`;
  const pool = new Pool({ url: home.url, size: 1 });
  try {
    const writing = pool.transaction(
      async (tx) => {
        await tx.run({ text: "select 1", parameters: [] });
        await tx.run({ text: "insert into unwritten values (1)", parameters: [] });
      },
      { mode: "nonsense", isPipelined: true },
    );
    await expect(writing).rejects.toThrow("nonsense");
    expect((await pool.run({ text: "select n from unwritten", parameters: [] })).rows).toEqual([]);
  } finally {
    await pool.close();
  }
});
