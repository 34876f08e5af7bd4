import { getTableName } from "drizzle-orm";
import { z } from "zod";

import type { Sql } from "../driver/index.ts";
import { documentAliases, documentSearch, documentSearchQueue } from "../schema/document/search.ts";
import { documentPresence, userSessions } from "../schema/presence.ts";

/** Names of tables and columns are quoted in statements. */
const name = z.string().regex(/^[a-z_][\da-z_]{0,62}$/);

/** The contents of a dump of the database, and the schema that its rows need. */
export const dumpDescription = z.object({
  /** The migrations of its schema, from the oldest to the newest, by their times. */
  migrations: z.array(z.number().int()).min(1).max(10_000),
  /** The tables, in the order of their rows in the backup, with the columns of each row. */
  tables: z.array(z.object({ name, columns: z.array(name).min(1).max(1600) })).max(10_000),
  /** Sequences that have been used, with their last values. */
  sequences: z.array(z.object({ name, value: z.string().regex(/^\d{1,19}$/) })).max(10_000),
});
export type DumpDescription = z.infer<typeof dumpDescription>;

/**
 * Tables whose rows aren't backed up: who is online ends with the servers, and what documents are found by is computed
 * again, by the triggers that queue restored documents. The job queue is in a schema of its own and isn't backed up.
 */
const tablesWithoutRows = [
  userSessions,
  documentPresence,
  documentSearch,
  documentAliases,
  documentSearchQueue,
].map((table) => getTableName(table));

/** The tables that are backed up, with their columns except for generated ones. */
export const readTables = (sql: Sql) => sql<DumpDescription["tables"]>`
  select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all (${tablesWithoutRows})
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  group by c.relname order by c.relname collate "C"`;

/** The statement that copies a table's rows. */
export function copyStatement(
  { name: table, columns }: DumpDescription["tables"][number],
  direction: "to stdout" | "from stdin",
): string {
  return `copy public."${table}" (${columns.map((column) => `"${column}"`).join(", ")}) ${direction}`;
}
