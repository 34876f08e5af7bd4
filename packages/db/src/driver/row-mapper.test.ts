import { eq, sql } from "drizzle-orm";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { timestamp } from "../schema/columns.ts";
import { createTestDatabase, type TestDatabase } from "../testing/index.ts";

const people = pgTable("people", {
  id: integer("id").notNull(),
  name: text("name"),
  born: timestamp("born"),
});
const pets = pgTable("pets", {
  id: integer("id").notNull(),
  ownerId: integer("owner_id"),
  kind: text("kind"),
});

let home: TestDatabase;
beforeAll(async () => {
  home = await createTestDatabase();
  const { sql: run } = home.database;
  await run`create table people (id int, name text, born timestamptz)`;
  await run`create table pets (id int, owner_id int, kind text)`;
  await run`insert into people values (1, 'Ada', '1815-12-10T00:00:00Z'), (2, null, null)`;
  await run`insert into pets values (7, 1, null)`;
});
afterAll(() => home[Symbol.asyncDispose]());

const ada = { id: 1, name: "Ada", born: "1815-12-10T00:00:00.000Z" };
const nobody = { id: 2, name: null, born: null };
const pet = { id: 7, ownerId: 1, kind: null };

describe("a row is mapped to", () => {
  test("the selected columns, converted as their types say", async () => {
    expect(await home.database.db.select().from(people).orderBy(people.id)).toEqual([ada, nobody]);
  });

  test("an object for each joined table, which is null if a left join finds no row", async () => {
    const { db } = home.database;
    const rows = db.select().from(people).leftJoin(pets, eq(pets.ownerId, people.id)).orderBy(people.id);
    expect(await rows).toEqual([
      { people: ada, pets: pet },
      { people: nobody, pets: null },
    ]);
  });

  test("an object of an inner join, even if all of its columns are null", async () => {
    const rows = home.database.db
      .select({ pet: { kind: pets.kind }, id: people.id })
      .from(people)
      .innerJoin(pets, eq(pets.ownerId, people.id));
    expect(await rows).toEqual([{ pet: { kind: null }, id: 1 }]);
  });

  test("an object of several tables, which is never null", async () => {
    const rows = home.database.db
      .select({ both: { kind: pets.kind, name: people.name } })
      .from(people)
      .leftJoin(pets, eq(pets.ownerId, people.id))
      .orderBy(people.id);
    expect(await rows).toEqual([{ both: { kind: null, name: "Ada" } }, { both: { kind: null, name: null } }]);
  });

  test("expressions, with and without a name and a conversion, and columns of subqueries", async () => {
    const { db } = home.database;
    const found = db
      .select({ id: people.id, shout: sql<string | null>`upper(${people.name})`.as("shout") })
      .from(people)
      .as("found");
    const rows = db
      .select({ found: { id: found.id, shout: found.shout }, next: sql`${found.id} + 1`.mapWith(String) })
      .from(found)
      .orderBy(found.id);
    expect(await rows).toEqual([
      { found: { id: 1, shout: "ADA" }, next: "2" },
      { found: { id: 2, shout: null }, next: "3" },
    ]);
  });
});
