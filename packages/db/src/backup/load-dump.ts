import { randomUUID } from "node:crypto";

import { type Migration, runMigrations } from "../driver/drizzle.ts";
import { openSession, type SessionTransaction, type Sql } from "../driver/index.ts";
import { lockMigrations, readAllMigrations } from "../migrate.ts";
import { copyStatement, readTables, type DumpDescription } from "./dump.ts";
import { BackupError } from "./error.ts";

/** Copies rows, in the text format of COPY, into a table of the description. */
export type LoadTable = (name: string, rows: AsyncIterable<Uint8Array>) => Promise<void>;

/** Finds the migrations of a dump. @throws BackupError when this version doesn't know them. */
export function findMigrations({ migrations: times }: Pick<DumpDescription, "migrations">): Migration[] {
  const all = readAllMigrations();
  const recorded = all.slice(0, times.length);
  if (
    times.length > all.length ||
    !recorded.every(({ folderMillis }, index) => folderMillis === times[index])
  )
    throw new BackupError(
      "The backup was made by a newer version of MDReader. Restore it with that version.",
    );
  return recorded;
}

/**
 * Restores a dump into the empty database at `url`, and migrates it to the newest schema: everything or nothing. A
 * server that starts in the meantime waits.
 * @param load Called when the tables exist. The data must be complete when it resolves.
 * @throws BackupError, or what `load` throws.
 */
export async function loadDump(
  url: string,
  description: DumpDescription,
  load: (loadTable: LoadTable) => Promise<void>,
): Promise<void> {
  const recorded = findMigrations(description);
  await using session = await openSession(url, { applicationName: "mdreader restore" });
  await lockMigrations(session);
  await session.transaction(async (tx) => {
    // Files are written between two statements.
    await tx.sql.unsafe("set local idle_in_transaction_session_timeout = 0");
    await assertEmpty(tx.sql);
    await migrateWithin(tx, recorded);
    assertSameTables(description, await readTables(tx.sql));
    const foreignKeys = await dropForeignKeys(tx.sql);
    await load(async (name, rows) => {
      const table = description.tables.find((one) => one.name === name);
      if (table === undefined) throw new BackupError(`The backup doesn't describe the table "${name}".`);
      await tx.copyFrom(copyStatement(table, "from stdin"), rows);
    });
    await createForeignKeys(tx.sql, foreignKeys);
    for (const { name, value } of description.sequences) {
      await tx.sql`select setval(${`public."${name}"`}::regclass, ${value}::bigint)`;
    }
    await migrateWithin(tx, readAllMigrations());
    await endUnfinished(tx.sql);
    await beginGeneration(tx.sql);
  });
  await session.sql`analyze`;
}

/** @throws BackupError if there is anything in the database. */
async function assertEmpty(sql: Sql): Promise<void> {
  const [existing] = await sql<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    limit 1`;
  if (existing === undefined) return;
  throw new BackupError(
    `The database isn't empty: it contains ${existing.name}. Restore into a new database, and a new DATA_DIR.`,
  );
}

/** Runs pending migrations in a transaction that has begun. */
const migrateWithin = (tx: SessionTransaction, migrations: Migration[]) =>
  runMigrations({ run: (statement) => tx.run(statement), transaction: async (work) => work(tx) }, migrations);

function assertSameTables({ tables: expected }: DumpDescription, tables: DumpDescription["tables"]): void {
  if (JSON.stringify(expected) === JSON.stringify(tables)) return;
  throw new BackupError("The tables of the backup aren't those that its version of MDReader creates.");
}

interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

/** Checking a key once at the end is faster than for each row, and allows tables in any order. */
async function dropForeignKeys(sql: Sql): Promise<ForeignKey[]> {
  const keys = await sql<ForeignKey[]>`
    select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace order by 1, 2`;
  for (const { table, name } of keys) await sql.unsafe(`alter table ${table} drop constraint ${name}`);
  return keys;
}

async function createForeignKeys(sql: Sql, keys: readonly ForeignKey[]): Promise<void> {
  for (const { table, name, definition } of keys) {
    await sql.unsafe(`alter table ${table} add constraint ${name} ${definition}`);
  }
}

/** Ends what was in progress: the bytes of unfinished uploads aren't backed up, and running calls ended with their server. */
async function endUnfinished(sql: Sql): Promise<void> {
  await sql`delete from file_uploads where completed_at is null`;
  await sql`update idempotent_calls set outcome = 'unknown' where outcome is null`;
}

/**
 * Gives the database a new generation, even where the IDs of its tables are by chance those of the database that was backed
 * up. Servers read this comment.
 */
async function beginGeneration(sql: Sql): Promise<void> {
  await sql.unsafe(`comment on table public.document_log is 'Generation ${randomUUID()}'`);
}
