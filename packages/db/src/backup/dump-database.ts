import { advisoryLocks } from "../advisory-locks.ts";
import { openSession, type Sql } from "../driver/index.ts";
import { readAllMigrations } from "../migrate.ts";
import { copyStatement, readTables, type DumpDescription } from "./dump.ts";
import { BackupError } from "./error.ts";

/** The bytes of one or more files. */
export interface DumpFile {
  workspaceId: string;
  /** SHA-256 in hexadecimal. */
  hash: string;
  size: number;
}

/** Receives a dump of a database, in this order. */
export interface DumpWriter {
  writeDescription(description: DumpDescription & { postgresVersion: string }): Promise<void>;
  /** @param rows The rows in the text format of COPY. */
  writeTable(name: string, rows: AsyncIterable<Uint8Array>): Promise<void>;
  /** @param files All files of the dump, in the order of workspaces and hashes. */
  writeFiles(files: AsyncIterable<DumpFile>): Promise<void>;
}

/**
 * Dumps the database at `url` as of one moment, while it is in use. Nobody waits, except for migrations until the rows
 * are read, and the nightly removal of unused bytes until this settles.
 * @throws BackupError, or what `writer` throws.
 */
export async function dumpDatabase(url: string, writer: DumpWriter): Promise<void> {
  await using session = await openSession(url, { applicationName: "mdreader backup" });
  await assertMigrated(session.sql);
  await session.sql`select pg_advisory_lock_shared(${advisoryLocks.fileRemoval})`;
  const tables = await readTables(session.sql);
  await session.transaction(async (tx) => {
    await tx.sql.unsafe(`
      set local idle_in_transaction_session_timeout = 0;
      set local datestyle = 'ISO';
      set local intervalstyle = 'postgres';
      set local extra_float_digits = 3`);
    // Locking takes no snapshot. The one that the next statement takes can't see rows from before a later migration.
    await tx.sql.unsafe(
      `lock table ${tables.map(({ name }) => `public."${name}"`).join(", ")} in access share mode`,
    );
    const description = await describeDump(tx.sql);
    if (JSON.stringify(description.tables) !== JSON.stringify(tables))
      throw new BackupError("The database was migrated when the backup began. Start it again.");
    await writer.writeDescription(description);
    for (const table of tables) {
      await tx.copyTo(copyStatement(table, "to stdout"), (rows) => writer.writeTable(table.name, rows));
    }
    // It outlives the transaction, so that Postgres can forget the snapshot while files are read.
    await tx.sql.unsafe(`
      declare files_of_dump no scroll cursor with hold for
        select distinct workspace_id as "workspaceId", encode(hash, 'hex') collate "C" as hash, size::float8 as size
        from public.files order by 1, 2`);
  }, "isolation level repeatable read read only");
  await writer.writeFiles(fetchFiles(session.sql));
  // Succeeds only on the connection that has held the lock all the time.
  await session.sql`select pg_advisory_unlock_shared(${advisoryLocks.fileRemoval})`;
}

async function assertMigrated(sql: Sql): Promise<void> {
  const [found] = await sql<[{ isMigrated: boolean }]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null and to_regclass('public.files') is not null
      as "isMigrated"`;
  if (!found.isMigrated)
    throw new BackupError("There is nothing to back up, because this isn't an MDReader database.");
}

async function describeDump(sql: Sql): Promise<DumpDescription & { postgresVersion: string }> {
  const tables = await readTables(sql);
  const applied = await sql<{ at: number }[]>`
    select created_at::float8 as at from drizzle.__drizzle_migrations order by created_at`;
  const migrations = applied.map(({ at }) => at);
  const known = new Set(readAllMigrations().map(({ folderMillis }) => folderMillis));
  if (!migrations.every((at) => known.has(at)))
    throw new BackupError(
      "The database is newer than this MDReader. Back it up with the version that uses it.",
    );
  // Sequences aren't part of PostgreSQL's snapshot: their values are at least those that its rows use.
  const sequences = await sql<DumpDescription["sequences"]>`
    select sequencename as name, last_value::text as value from pg_sequences
    where schemaname = 'public' and last_value is not null order by sequencename collate "C"`;
  const [server] = await sql<[{ version: string }]>`select current_setting('server_version') as version`;
  return { migrations, tables, sequences, postgresVersion: server.version };
}

const fetchSize = 1000;

async function* fetchFiles(sql: Sql): AsyncGenerator<DumpFile> {
  for (;;) {
    const files = await sql.unsafe<DumpFile[]>(`fetch ${fetchSize} from files_of_dump`);
    yield* files;
    if (files.length < fetchSize) return;
  }
}
