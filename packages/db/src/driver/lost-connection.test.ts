import { setTimeout as delay } from "node:timers/promises";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { connect, type Database } from "../connect.ts";
import { findPostmaster } from "../embedded/postmaster.ts";
import { createTestFolder } from "../embedded/test-folder.fixture.ts";
import { createTestDatabase, type TestDatabase } from "../testing/index.ts";
import { openProxy, type Proxy } from "../testing/proxy.ts";

/** A connection is lost at every step of a transaction, in every way, while other callers use the pool. */
let home: TestDatabase;
let proxy: Proxy;
beforeAll(async () => {
  home = await createTestDatabase();
  proxy = await openProxy(home.url);
  await home.database.sql`create table marks (attempt int not null, step text not null)`;
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

/** Terminates the sessions of the pool under test. */
const terminate = () => home.database.sql`
  select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'lost' and datname = current_database()`;

const losses = {
  "is reset": async () => proxy.cut(),
  "is terminated by Postgres": async () => void (await terminate()),
};
const steps = [
  "before BEGIN",
  "after BEGIN",
  "between statements",
  "in a statement",
  "before COMMIT",
] as const;

let attempt = 0;
beforeEach(() => {
  attempt += 1;
  proxy.cutAt(null);
});

/** Runs a transaction of two statements, and calls `lose` at `step`. */
async function transfer({ sql }: Database, step: string, lose: () => Promise<void>): Promise<void> {
  if (step === "before BEGIN") proxy.cutAt("begin");
  await sql.begin(async (tx) => {
    if (step === "after BEGIN") await lose();
    await tx`insert into marks values (${attempt}, 'first')`;
    if (step === "between statements") await lose();
    if (step === "in a statement") {
      const sleeping = tx`insert into marks select ${attempt}, 'asleep' from pg_sleep(30)`;
      await Promise.all([sleeping, lose()]);
    }
    await tx`insert into marks values (${attempt}, 'second')`;
    if (step === "before COMMIT") await lose();
  });
}

const written = () => home.database.sql`select step from marks where attempt = ${attempt}`;

/** Runs other work on the pool, where each piece succeeds or fails independently. */
function keepBusy({ sql }: Database, loops: number) {
  const stop = new AbortController();
  const reasons = new Set<unknown>();
  const done = Promise.all(
    Array.from({ length: loops }, async () => {
      while (!stop.signal.aborted) {
        await sql`select ${"busy"}::text`.catch((error: unknown) => reasons.add(error));
        await new Promise(setImmediate);
      }
    }),
  );
  return {
    async end() {
      stop.abort();
      await done;
      return [...reasons];
    },
  };
}

const isLost = (error: unknown) =>
  error instanceof Error && "code" in error && /^(57P01|ECONN|EPIPE|CONNECTION_)/.test(String(error.code));

/** Returns false to retry, and throws other errors. */
function isNotLost(error: unknown): false {
  if (!isLost(error)) throw error;
  return false;
}

describe.each([1, 4])("a transaction on a pool of %i", (poolSize) => {
  describe.each(Object.entries(losses))("whose connection %s", (_way, lose) => {
    test.each(steps)("%s fails as a whole, and nothing else fails", async (step) => {
      const database = connect(proxy.url, { poolSize, applicationName: "lost" });
      try {
        await database.sql`select 1`;
        const others = keepBusy(database, poolSize - 1);
        const error: unknown = await transfer(database, step, lose).catch((e: unknown) => e);
        proxy.cutAt(null);
        expect(isLost(error), String(error)).toBe(true);
        const failures = await others.end();
        expect(failures.filter((failure) => !isLost(failure))).toEqual([]);
        // The next calls open new connections, without leftovers of the transaction. One of the other callers'
        // connections may be found lost only now.
        const next = () => Promise.all(Array.from({ length: poolSize }, () => database.sql`select 1 as one`));
        if (poolSize > 1) await expect.poll(() => next().then(Boolean, isNotLost)).toBe(true);
        for (const rows of await next()) expect(rows).toEqual([{ one: 1 }]);
        await database.sql.begin((tx) => tx`select 1`);
        expect(await written()).toEqual([]);
      } finally {
        await database.close();
      }
    });
  });

  test.each(["cutAt", "cutAfter"] as const)(
    "fails once if the connection is lost during COMMIT (%s)",
    async (cut) => {
      const database = connect(proxy.url, { poolSize, applicationName: "lost" });
      try {
        await database.sql`select 1`;
        const error: unknown = await database.sql
          .begin(async (tx) => {
            await tx`insert into marks values (${attempt}, 'only')`;
            proxy[cut]("commit");
          })
          .catch((e: unknown) => e);
        proxy.cutAt(null);
        expect(isLost(error), String(error)).toBe(true);
        expect(await database.sql`select 1 as one`).toEqual([{ one: 1 }]);
        // A COMMIT that reached Postgres is committed, even though the client can't know. One that did not is never
        // committed.
        await expect.poll(written).toHaveLength(cut === "cutAfter" ? 1 : 0);
      } finally {
        await database.close();
      }
    },
  );
});

test("a server killed with -9 ends its transactions, and the pool reconnects", async () => {
  await using folder = await createTestFolder();
  const cluster = await folder.open();
  const database = connect(cluster.url(), { poolSize: 2 });
  try {
    const { sql } = database;
    await sql`create table marks (step text not null)`;
    const error: unknown = await sql
      .begin(async (tx) => {
        await tx`insert into marks values ('first')`;
        process.kill((await findPostmaster(folder.cluster))?.pid ?? 0, "SIGKILL");
        // The session's process ends shortly after the postmaster.
        for (;;) {
          await tx`insert into marks values ('second')`;
          await delay(10);
        }
      })
      .catch((e: unknown) => e);
    expect(isLost(error), String(error)).toBe(true);
    await expect.poll(() => sql`select step from marks`.catch(() => null)).toEqual([]);
  } finally {
    await database.close();
    await cluster.close();
  }
});
