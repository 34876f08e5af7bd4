import type { Database } from "./connect.ts";

/** Runs a trivial query. Rejects if the database does not respond. May take as long as opening a connection. */
export async function pingDatabase({ sql }: Pick<Database, "sql">): Promise<void> {
  await sql`select 1`;
}

/** Returns the version of PostgreSQL, and the size of the database with its indexes. */
export async function describeDatabase({
  sql,
}: Pick<Database, "sql">): Promise<{ version: string; sizeBytes: number }> {
  const [row] = await sql<{ version: string; size: string }[]>`
    select current_setting('server_version') as version, pg_database_size(current_database())::text as size`;
  return { version: row?.version ?? "", sizeBytes: Number(row?.size ?? 0) };
}

/** Counts the connections of all programs to this database, by state (`active`, `idle`, …). */
export async function countConnections({
  sql,
}: Pick<Database, "sql">): Promise<Readonly<Record<string, number>>> {
  const rows = await sql<{ state: string; count: number }[]>`
    select coalesce(state, 'other') as state, count(*)::int as count
    from pg_stat_activity where datname = current_database() group by 1`;
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
