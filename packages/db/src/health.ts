import type { Database } from "./connect.ts";

/** Asks the database something that costs nothing. Rejects when it can't answer; may take as long as a connection does. */
export async function pingDatabase({ sql }: Pick<Database, "sql">): Promise<void> {
  await sql`select 1`;
}

/** How many connections this database has, of all programs, by what they are doing (`active`, `idle`, …). */
export async function countConnections({
  sql,
}: Pick<Database, "sql">): Promise<Readonly<Record<string, number>>> {
  const rows = await sql<{ state: string; count: number }[]>`
    select coalesce(state, 'other') as state, count(*)::int as count
    from pg_stat_activity where datname = current_database() group by 1`;
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
