import type { Column } from "drizzle-orm";
import { type SQL, sql } from "drizzle-orm";

/**
 * Selects columns under the names that they have in TypeScript, for a subquery whose rows Postgres aggregates into one JSON
 * value. Reading that costs a third of reading the rows, each of which repeats the caller's columns.
 */
export const selectNamed = (columns: Record<string, Column>): Record<string, SQL.Aliased> =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, sql`${column}`.as(name)]));
