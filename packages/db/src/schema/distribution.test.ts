import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createTestDatabase, type TestDatabase } from "../testing/index.ts";

/**
 * What keeps it possible to partition the tables of workspaces, or to distribute them over several servers, by
 * `workspace_id` (docs/scaling.md).
 */
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test[Symbol.asyncDispose]());

describe("every workspace's rows can live apart from those of others", () => {
  it("because a foreign key between two tables of workspaces contains the workspace", async () => {
    const keys = await test.database.sql<{ name: string; isWithin: boolean }[]>`
      with workspace_table as (
        select attrelid as id from pg_attribute where attname = 'workspace_id' and not attisdropped
      )
      select conrelid::regclass || ' → ' || confrelid::regclass as name, exists (
        select from unnest(conkey, confkey) as pair(own, other)
        join pg_attribute a on a.attrelid = conrelid and a.attnum = pair.own and a.attname = 'workspace_id'
        join pg_attribute b on b.attrelid = confrelid and b.attnum = pair.other and b.attname = 'workspace_id'
      ) as "isWithin"
      from pg_constraint
      where contype = 'f' and connamespace = 'public'::regnamespace
        and conrelid in (select id from workspace_table) and confrelid in (select id from workspace_table)`;
    expect(keys.length).toBeGreaterThan(15);
    expect(keys.filter(({ isWithin }) => !isWithin)).toEqual([]);
  });

  it("because nothing but random IDs and secrets is unique across workspaces", async () => {
    const unique = await test.database.sql<{ columns: string }[]>`
      select distinct string_agg(a.attname, ', ' order by a.attnum) as columns
      from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
      where i.indisunique
        and i.indrelid in (
          select attrelid from pg_attribute where attname = 'workspace_id' and not attisdropped
        )
        and i.indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r')
      group by i.indexrelid, i.indrelid
      having not array_agg(a.attname) && array['workspace_id', 'document_id', 'folder_id']::name[]
      order by 1`;
    expect(unique.map(({ columns }) => columns)).toEqual(["id", "secret_hash", "token_hash"]);
  });
});
