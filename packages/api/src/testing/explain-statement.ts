import type { TestApp } from "./app.ts";

/**
 * Explains a statement with unknown parameters, without the plans that are cheaper only for tables as small as a
 * test's: sequential scans and sorts.
 */
export function explainStatement({ services }: TestApp, statement: string): Promise<string> {
  const parameters = Math.max(0, ...[...statement.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  const nulls = Array.from({ length: parameters }, () => "null").join(", ");
  return services.database.sql.begin(async (sql) => {
    for (const way of ["seqscan", "bitmapscan", "sort"]) await sql.unsafe(`set local enable_${way} = off`);
    await sql.unsafe("set local plan_cache_mode = force_generic_plan");
    await sql.unsafe(`prepare explained as ${statement}`);
    const lines = await sql.unsafe(`explain execute explained${parameters ? `(${nulls})` : ""}`);
    await sql.unsafe("deallocate explained");
    return lines.map((line) => String(line["QUERY PLAN"])).join("\n");
  });
}
