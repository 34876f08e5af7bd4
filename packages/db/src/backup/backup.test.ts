import { expect, test } from "vitest";

import { withAdminConnection } from "../testing/database.ts";
import { createDatabaseAtMigration, createEmptyDatabase, createTestDatabase } from "../testing/index.ts";
import { loadDump, dumpDatabase, type DumpDescription, type DumpFile } from "./index.ts";

/** A dump in memory. */
interface MemoryDump {
  description: DumpDescription;
  tables: Map<string, Buffer>;
  files: DumpFile[];
}

async function copyDatabase(
  url: string,
  afterDescription: () => Promise<unknown> = async () => {},
): Promise<MemoryDump> {
  const tables = new Map<string, Buffer>();
  let description: DumpDescription | null = null;
  let files: DumpFile[] = [];
  await dumpDatabase(url, {
    async writeDescription(found) {
      description = found;
      await afterDescription();
    },
    async writeTable(name, rows) {
      tables.set(name, Buffer.concat(await Array.fromAsync(rows)));
    },
    async writeFiles(found) {
      files = await Array.fromAsync(found);
    },
  });
  if (description === null) throw new Error("there was no description");
  return { description, tables, files };
}

const load = (url: string, { description, tables }: MemoryDump) =>
  loadDump(url, description, async (loadTable) => {
    for (const [name, rows] of tables) await loadTable(name, toChunks(rows));
  });

/** Chunks that end in the middle of rows and characters. */
async function* toChunks(rows: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < rows.byteLength; at += 7) yield rows.subarray(at, at + 7);
}

const userId = "0198c0de-0000-7000-8000-000000000001";
const workspaceId = "0198c0de-0000-7000-8000-000000000002";
const insertUser = (url: string, username: string, id = userId) =>
  withAdminConnection(
    url,
    (sql) => sql`
      insert into users (id, email, username, full_name, password_hash)
      values (${id}, ${`${username}@example.test`}, ${username}, ${"tab\t, line\nbreak, \\N, 👩‍🚀"}, 'x')`,
  );
const readNames = (url: string) =>
  withAdminConnection(
    url,
    (sql) => sql`select username, full_name as "fullName" from users order by username`,
  );

test("a dump contains what was committed before it, and nothing later", async () => {
  await using source = await createTestDatabase();
  await using target = await createEmptyDatabase();
  await insertUser(source.url, "ada");
  const copy = await copyDatabase(source.url, () =>
    insertUser(source.url, "ben", "0198c0de-0000-7000-8000-000000000003"),
  );
  await load(target.url, copy);
  expect(await readNames(target.url)).toEqual([{ username: "ada", fullName: "tab\t, line\nbreak, \\N, 👩‍🚀" }]);
  expect(await readNames(source.url)).toHaveLength(2);
});

test("a dump of an earlier version is restored with its schema, and then migrated", async () => {
  await using source = await createDatabaseAtMigration("0018_instance_administrators");
  await using target = await createEmptyDatabase();
  await insertUser(source.url, "ada");
  await withAdminConnection(source.url, async (sql) => {
    await sql`insert into workspaces (id, name) values (${workspaceId}, 'Notes')`;
    await sql`
      insert into documents (id, workspace_id, title, content, created_by)
      values (${userId}, ${workspaceId}, 'Plan', 'words', ${userId})`;
  });
  await load(target.url, await copyDatabase(source.url));
  const migrations = (url: string) =>
    withAdminConnection(url, (sql) => sql`select hash from drizzle.__drizzle_migrations order by created_at`);
  await using newest = await createTestDatabase();
  expect(await migrations(target.url)).toEqual(await migrations(newest.url));
  expect(await readNames(target.url)).toHaveLength(1);
  const [queued] = await withAdminConnection(
    target.url,
    (sql) => sql`select document_id as id from document_search_queue`,
  );
  expect(queued).toEqual({ id: userId });
});

test("a restored database has the foreign keys and sequences of the original, and another generation", async () => {
  await using source = await createTestDatabase();
  await using target = await createEmptyDatabase();
  const describe = (url: string) =>
    withAdminConnection(
      url,
      (sql) => sql`
        select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
        from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2`,
    );
  const queue = (url: string) =>
    withAdminConnection(url, async (sql) => {
      const [row] = await sql<{ id: string }[]>`
        insert into document_search_queue (workspace_id, document_id) values (${workspaceId}, ${workspaceId})
        returning id`;
      return Number(row?.id);
    });
  await queue(source.url);
  const last = await queue(source.url);
  await load(target.url, await copyDatabase(source.url));
  expect(await describe(target.url)).toEqual(await describe(source.url));
  expect(await queue(target.url)).toBe(last + 1);
  const readComment = (url: string) =>
    withAdminConnection(
      url,
      (sql) => sql`select obj_description('document_log'::regclass, 'pg_class') as text`,
    );
  expect(await readComment(target.url)).toEqual([
    { text: expect.stringMatching(/^Generation [\da-f-]{36}$/) },
  ]);
});

test("rows that break a foreign key or can't be read are refused, and the database stays empty", async () => {
  await using source = await createTestDatabase();
  await using target = await createEmptyDatabase();
  const copy = await copyDatabase(source.url);
  const attempts: [string, string][] = [
    [
      "workspace_members",
      `${workspaceId}\t${userId}\teditor\t2026-11-29 00:00:00+00\t2026-11-29 00:00:00+00\n`,
    ],
    ["users", "not a row\n"],
    ["unknown", "1\n"],
  ];
  for (const [name, rows] of attempts) {
    const tables = new Map([...copy.tables, [name, Buffer.from(rows)]]);
    await expect(load(target.url, { ...copy, tables })).rejects.toThrow(
      /foreign key|invalid input|missing data|describe/,
    );
  }
  await load(target.url, copy);
});

test("databases that are in use are refused, and those that are no database of MDReader", async () => {
  await using source = await createTestDatabase();
  await using empty = await createEmptyDatabase();
  const copy = await copyDatabase(source.url);
  await expect(load(source.url, copy)).rejects.toThrow("isn't empty");
  await expect(copyDatabase(empty.url)).rejects.toThrow("isn't an MDReader database");
});

test("dumps with unknown migrations are refused, and so are databases", async () => {
  await using source = await createTestDatabase();
  await using target = await createEmptyDatabase();
  const { description, ...copy } = await copyDatabase(source.url);
  const migrations = [...description.migrations, Date.now()];
  await expect(load(target.url, { description: { ...description, migrations }, ...copy })).rejects.toThrow(
    "newer",
  );
  await withAdminConnection(
    source.url,
    (sql) => sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', ${Date.now()})`,
  );
  await expect(copyDatabase(source.url)).rejects.toThrow("newer");
});
