import { asc, eq, sql } from "drizzle-orm";
import { integer, pgTable, unionAll } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createTestDatabase, type TestDatabase } from "../testing/index.ts";
import type { Db } from "./drizzle.ts";

const numbers = pgTable("numbers", { n: integer("n").notNull() });

let home: TestDatabase;
let db: Db;
beforeAll(async () => {
  home = await createTestDatabase({ poolSize: 1 });
  ({ db } = home.database);
  await home.database.sql`create table numbers as select generate_series(1, 5000) as n`;
  await home.database.sql`create index on numbers (n)`;
  await home.database.sql`analyze numbers`;
});
afterAll(() => home[Symbol.asyncDispose]());

describe("a limit", () => {
  const ordered = () => db.select().from(numbers).orderBy(asc(numbers.n));
  const even = () =>
    db
      .select()
      .from(numbers)
      .where(sql`n % 2 = 0`);

  test("lets Postgres plan a prepared statement once", async () => {
    const page = ordered().limit(3).prepare("page");
    for (let call = 0; call < 10; call += 1) await page.execute();
    const [plans] = await home.database.sql`
      select generic_plans::int from pg_prepared_statements where statement like 'select "n"%'`;
    expect(plans).toEqual({ generic_plans: 10 });
  });

  test.for([
    { part: "a select", query: () => ordered().limit(2), found: [1, 2] },
    { part: "a select with an offset", query: () => ordered().limit(2).offset(3), found: [4, 5] },
    { part: "a select that locks", query: () => ordered().limit(1).for("update"), found: [1] },
    {
      part: "a union and its parts",
      query: () =>
        unionAll(ordered().limit(2), even().limit(2))
          .orderBy(sql`n desc`)
          .limit(3),
      found: [4, 2, 2],
    },
    {
      part: "a union with an offset",
      query: () =>
        unionAll(ordered().limit(2), db.select().from(numbers).where(eq(numbers.n, 9)))
          .orderBy(sql`n`)
          .limit(1)
          .offset(2),
      found: [9],
    },
  ] satisfies { part: string; query: () => Promise<{ n: number }[]>; found: number[] }[])(
    "applies to $part",
    async ({ query, found }) => {
      expect((await query()).map(({ n }) => n)).toEqual(found);
    },
  );
});
