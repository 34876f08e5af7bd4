import type { Db } from "@mdreader/db";
import type { Subquery } from "drizzle-orm";

/**
 * A check that has not been made yet. `pass` makes it by itself; the others make it in the very statement that reads, so
 * that an authenticated read costs one statement. Either way nothing comes out unless `authorize` grants it.
 */
export interface Gate<ScopeQuery, Granted> {
  readonly db: Db;
  /** What the check is about. A read refers to its columns: `eq(documents.workspaceId, gate.scope.workspaceId)`. */
  readonly scope: ScopeQuery;
  pass(): Promise<Granted>;
  /**
   * Runs a select, joined laterally to the scope.
   * @param query Its first selected column must be one that is never null: by it a row is told from no row.
   */
  read<Row extends object>(query: Readable<Row>): Promise<{ access: Granted; rows: Row[] }>;
  /**
   * The same for a select that is always the same: it is put together once for all calls.
   * @param name Names the select among all that are read through such a gate.
   * @param query Makes it. What it refers to must come from the scope alone, and nothing from this call.
   */
  readPrepared<Row extends object>(
    name: string,
    query: () => Readable<Row>,
  ): Promise<{ access: Granted; rows: Row[] }>;
}

/** A select that has not been run. */
export interface Readable<Row extends object> {
  readonly _: { readonly result: Row[] };
  as(alias: "item"): Subquery<"item", Record<string, unknown>>;
}

/** A statement that is put together. */
interface Prepared<Result> {
  execute(values: Record<string, unknown>): Promise<Result[]>;
}

interface Both<Row> {
  scope: Row;
  item: object | null;
}

/** The statements of one kind of check, of which `gate` makes the ways through. */
export interface Statements<ScopeQuery, Row> {
  scope: ScopeQuery;
  pass: Prepared<Row>;
  read(item: Subquery<"item", Record<string, unknown>>): Prepared<Both<Row>>;
  /** Those that `readPrepared` has made, by name. */
  prepared: Map<string, Prepared<Both<Row>>>;
}

export const statementsOf = <ScopeQuery, Row>(
  scope: ScopeQuery,
  pass: Prepared<Row>,
  read: Statements<ScopeQuery, Row>["read"],
): Statements<ScopeQuery, Row> => ({ scope, pass, read, prepared: new Map() });

/**
 * Makes the ways through of the statements.
 * @param values What these are run with.
 */
export function gate<ScopeQuery, Row, Granted>(
  db: Db,
  { scope, pass, read, prepared }: Statements<ScopeQuery, Row>,
  values: Record<string, unknown>,
  grant: (row: Row | undefined) => Granted,
): Gate<ScopeQuery, Granted> {
  const run = async (statement: Prepared<Both<Row>>) => {
    const found = await statement.execute(values);
    const access = grant(found[0]?.scope);
    return { access, items: found.flatMap(({ item }) => (isRow(item) ? [item] : [])) };
  };
  return {
    db,
    scope,
    async pass() {
      const [row] = await pass.execute(values);
      return grant(row);
    },
    // What the subquery selects comes out of the join as it would out of the query itself: hence the types below.
    async read<Item extends object>(query: Readable<Item>) {
      const { access, items } = await run(read(query.as("item")));
      return { access, rows: items as Item[] };
    },
    async readPrepared<Item extends object>(name: string, query: () => Readable<Item>) {
      const statement = prepared.get(name) ?? read(query().as("item"));
      prepared.set(name, statement);
      const { access, items } = await run(statement);
      return { access, rows: items as Item[] };
    },
  };
}

/** The join yields one item of nulls where the query found nothing; Drizzle makes it null for some queries only. */
const isRow = (item: object | null) => item !== null && Object.values(item)[0] !== null;
