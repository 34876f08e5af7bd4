import { sql as drizzleSql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createTestDatabase, type TestDatabase } from "../testing/index.ts";
import type { SqlPool } from "./index.ts";

let home: TestDatabase;
let sql: SqlPool;
beforeAll(async () => {
  home = await createTestDatabase();
  ({ sql } = home.database);
  await sql`create table numbers (n int primary key, word text not null)`;
});
afterAll(() => home[Symbol.asyncDispose]());

describe("a statement", () => {
  test("runs once, on the first await", async () => {
    const statement = sql`insert into numbers values (1, ${"one"})`;
    expect(await sql`select 1 from numbers`).toHaveLength(0);
    await Promise.all([statement, statement]);
    expect(await statement).toHaveProperty("count", 1);
  });

  test("is composed of fragments, lists of fragments and identifiers", async () => {
    const part = sql`n > ${0}`;
    const rows = await sql<{ word: string }[]>`
      select ${sql("word")} from numbers where ${part} ${[1, 2].map((n) => sql`and n <> ${n + 1}`)} ${sql``}`;
    expect(rows).toEqual([{ word: "one" }]);
  });

  test("escapes quotes in identifiers and parameters", async () => {
    const nasty = `"'; drop table numbers; --`;
    expect(await sql`select ${nasty}::text as ${sql(nasty)}`).toEqual([{ [nasty]: nasty }]);
  });

  test("rejects an undefined parameter", async () => {
    await expect(sql`select ${undefined}::text`).rejects.toThrow("undefined");
  });

  test("reads and writes each kind of value", async () => {
    const bytes = new Uint8Array([0, 1, 255]);
    const [row] = await sql`
      select ${bytes}::bytea as bytes, ${[bytes, new Uint8Array()]}::bytea[] as many, ${["a", null, 'b"\\']}::text[] as texts,
        ${{ a: [1] }}::jsonb as json, ${true}::bool as bool, ${null}::text as nothing, ${[]}::uuid[] as none,
        '2026-01-02 03:04:05.678901+00'::timestamptz at time zone 'utc' as moment, 9007199254740993::int8 as large,
        1.5::float8 as float, 1.50::numeric as exact, ${[1, 2]}::int[] as ints`;
    expect(row).toEqual({
      bytes: Buffer.from(bytes),
      many: [Buffer.from(bytes), Buffer.alloc(0)],
      texts: ["a", null, 'b"\\'],
      json: { a: [1] },
      bool: true,
      nothing: null,
      none: [],
      moment: "2026-01-02 03:04:05.678901",
      large: "9007199254740993",
      float: 1.5,
      exact: "1.50",
      ints: [1, 2],
    });
  });

  test("runs after a schema change if it was prepared before", async () => {
    await sql`create table changing (a int)`;
    await sql`insert into changing values (1)`;
    const read = () => sql`select * from changing`;
    for (let n = 0; n < 5; n += 1) await read();
    await sql`alter table changing alter a type text`;
    expect(await read()).toEqual([{ a: "1" }]);
  });
});

describe("a transaction", () => {
  test("rolls back and reports the failure if a failed statement was ignored", async () => {
    const work = sql.begin(async (tx) => {
      await tx`insert into numbers values (2, 'two')`;
      await tx`insert into numbers values (1, 'again')`.catch(() => {});
    });
    await expect(work).rejects.toMatchObject({ code: "23505" });
    expect(await sql`select 1 from numbers where n = 2`).toEqual([]);
  });

  test("sends no statements after it has ended", async () => {
    let late: PromiseLike<unknown> = Promise.resolve();
    await sql.begin((tx) => {
      late = tx`insert into numbers values (3, 'three')`;
    });
    await expect(late).rejects.toMatchObject({ code: "TRANSACTION_OVER" });
    expect(await sql`select 1 from numbers where n = 3`).toEqual([]);
  });

  test("runs concurrent statements in order, and returns the result of `work`", async () => {
    const found = await sql.begin(async (tx) => {
      const [, rows] = await Promise.all([
        tx`insert into numbers values (4, 'four')`,
        tx`select 1 from numbers where n = 4`,
      ]);
      return rows.length;
    });
    expect(found).toBe(1);
  });

  test("continues after a rollback to a savepoint", async () => {
    await home.database.db.transaction(async (tx) => {
      await tx.execute(drizzleSql`insert into numbers values (5, 'five')`);
      const nested = tx.transaction((inner) =>
        inner.execute(drizzleSql`insert into numbers values (5, 'again')`),
      );
      await expect(nested).rejects.toMatchObject({ cause: { code: "23505" } });
    });
    expect(await sql`select word from numbers where n = 5`).toEqual([{ word: "five" }]);
  });
});
