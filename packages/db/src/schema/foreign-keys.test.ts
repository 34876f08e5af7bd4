import { afterAll, beforeAll, expect, it } from "vitest";

import { createTestDatabase, type TestDatabase } from "../testing/index.ts";

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test[Symbol.asyncDispose]());

/**
 * The author of a document's last edit changes with every edit by someone else. An index on it would make each of these
 * edits write to all indexes of the table, including the one on the text.
 */
const exceptions = ["documents(updated_by)"];

it("gives every foreign key an index that starts with its first column, so that no deletion scans a table", async () => {
  const keys = await test.database.sql<{ name: string; isIndexed: boolean }[]>`
    select key.conrelid::regclass || '(' || a.attname || ')' as name, exists (
      select from pg_index i
      where i.indrelid = key.conrelid and i.indisvalid and i.indkey[0] = a.attnum
        -- A condition on other columns leaves rows out that a deletion must find.
        and coalesce(pg_get_expr(i.indpred, i.indrelid) = '(' || a.attname || ' IS NOT NULL)', true)
    ) as "isIndexed"
    from pg_constraint key
    join pg_attribute a on a.attrelid = key.conrelid and a.attnum = key.conkey[1]
    where key.contype = 'f' and key.connamespace = 'public'::regnamespace`;
  expect(keys.length).toBeGreaterThan(40);
  const missing = keys.filter(({ isIndexed }) => !isIndexed).map(({ name }) => name);
  expect(missing).toEqual(exceptions);
});
