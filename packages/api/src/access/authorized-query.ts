import type { Db } from "@mdreader/db";
import type { Subquery } from "drizzle-orm";

/**
 * A check that has not been made yet. `require` makes it by itself; the others make it in the very statement that reads, so
 * that an authenticated read costs one statement. Either way nothing comes out unless `authorize` grants it.
 */
export interface AccessCheck<ScopeQuery, Granted> {
  readonly db: Db;
  /** What the check is about. A read refers to its columns: `eq(documents.workspaceId, createAccessCheck.scope.workspaceId)`. */
  readonly subject: ScopeQuery;
  require(): Promise<Granted>;
  /**
   * Runs a select, joined laterally to the scope.
   * @param query Its first selected column must be one that is never null: by it a row is told from no row.
   */
  select<Row extends object>(query: SelectQuery<Row>): Promise<{ access: Granted; rows: Row[] }>;
  /**
   * The same for a select that is always the same: it is put together once for all calls.
   * @param name Names the select among all that are read through such a gate.
   * @param query Makes it. What it refers to must come from the scope alone, and nothing from this call.
   */
  selectPrepared<Row extends object>(
    name: string,
    query: () => SelectQuery<Row>,
  ): Promise<{ access: Granted; rows: Row[] }>;
}

/** A select that has not been run. */
export interface SelectQuery<Row extends object> {
  readonly _: { readonly result: Row[] };
  as(alias: "item"): Subquery<"item", Record<string, unknown>>;
}

/** A statement that is put together. */
interface PreparedQuery<Result> {
  execute(values: Record<string, unknown>): Promise<Result[]>;
}

interface CheckedRow<Row> {
  subject: Row;
  item: object | null;
}

/** The statements of one kind of check, of which `createAccessCheck` makes the ways through. */
export interface PreparedChecks<ScopeQuery, Row> {
  subject: ScopeQuery;
  require: PreparedQuery<Row>;
  select(item: Subquery<"item", Record<string, unknown>>): PreparedQuery<CheckedRow<Row>>;
  /** Those that `selectPrepared` has made, by name. */
  prepared: Map<string, PreparedQuery<CheckedRow<Row>>>;
}

export const prepareChecks = <ScopeQuery, Row>(
  subject: ScopeQuery,
  require: PreparedQuery<Row>,
  select: PreparedChecks<ScopeQuery, Row>["select"],
): PreparedChecks<ScopeQuery, Row> => ({ subject, require, select, prepared: new Map() });

/**
 * Makes the ways through of the statements.
 * @param values What these are run with.
 */
export function createAccessCheck<ScopeQuery, Row, Granted>(
  db: Db,
  { subject, require, select, prepared }: PreparedChecks<ScopeQuery, Row>,
  values: Record<string, unknown>,
  grant: (row: Row | undefined) => Granted,
): AccessCheck<ScopeQuery, Granted> {
  const run = async (statement: PreparedQuery<CheckedRow<Row>>) => {
    const found = await statement.execute(values);
    const access = grant(found[0]?.subject);
    return { access, items: found.flatMap(({ item }) => (isRow(item) ? [item] : [])) };
  };
  return {
    db,
    subject,
    async require() {
      const [row] = await require.execute(values);
      return grant(row);
    },
    // What the subquery selects comes out of the join as it would out of the query itself: hence the types below.
    async select<Item extends object>(query: SelectQuery<Item>) {
      const { access, items } = await run(select(query.as("item")));
      return { access, rows: items as Item[] };
    },
    async selectPrepared<Item extends object>(name: string, query: () => SelectQuery<Item>) {
      const statement = prepared.get(name) ?? select(query().as("item"));
      prepared.set(name, statement);
      const { access, items } = await run(statement);
      return { access, rows: items as Item[] };
    },
  };
}

/** The join yields one item of nulls where the query found nothing; Drizzle makes it null for some queries only. */
const isRow = (item: object | null) => item !== null && Object.values(item)[0] !== null;
