import type { Db } from "@mdreader/db";
import type { Subquery } from "drizzle-orm";

/**
 * A check that has not run yet. `require` runs it alone; the other methods run it in the statement that reads, so that
 * an authenticated read costs one statement. Each returns data only if `authorize` grants access.
 */
export interface AccessCheck<SubjectQuery, Granted> {
  readonly db: Db;
  /** The subject of the check. Queries refer to its columns: `eq(documents.workspaceId, check.subject.workspaceId)`. */
  readonly subject: SubjectQuery;
  require(): Promise<Granted>;
  /**
   * Runs a select, joined laterally to the subject.
   * @param query The first selected column must not be nullable, because it distinguishes a row from no row.
   */
  select<Row extends object>(query: SelectQuery<Row>): Promise<{ access: Granted; rows: Row[] }>;
  /**
   * Like `select`, for a query that is the same in every call: it is prepared once. Without parameters, calls that
   * arrive together may share a statement.
   * @param name Identifies the query among all queries prepared for this kind of check.
   * @param query Creates the query. It may refer to the subject and to placeholders, and to nothing from this call.
   * @param parameters The values of its placeholders.
   */
  selectPrepared<Row extends object>(
    name: string,
    query: () => SelectQuery<Row>,
    parameters?: Record<string, unknown>,
  ): Promise<{ access: Granted; rows: Row[] }>;
}

/** A select that has not run yet. */
export interface SelectQuery<Row extends object> {
  readonly _: { readonly result: Row[] };
  as(alias: "item"): Item;
}

/** A query that can be prepared. */
export interface PreparableQuery<Result> {
  prepare(name: string): PreparedQuery<Result>;
}

/** A prepared statement. */
export interface PreparedQuery<Result> {
  execute(values: Record<string, unknown>): Promise<Result[]>;
}

/** A row of a check that was run together with a query. */
export interface CheckedRow<Row> {
  subject: Row;
  item: object | null;
}

/** Runs a check alone. Returns the subject, if there is one. */
export type RequireRow<Row> = (values: Record<string, unknown>) => Promise<Row | undefined>;

/** A query that is joined to the subject of a check. */
export type Item = Subquery<"item", Record<string, unknown>>;

/** The statements of one kind of check, from which `createAccessCheck` creates checks. */
export interface PreparedChecks<SubjectQuery, Row> {
  subject: SubjectQuery;
  require: RequireRow<Row>;
  select(item: Item): PreparedQuery<CheckedRow<Row>>;
  /** Like `select`, for queries without parameters. */
  selectShared(item: Item): PreparedQuery<CheckedRow<Row>>;
  /** The statements that `selectPrepared` has prepared, by name. */
  prepared: Map<string, PreparedQuery<CheckedRow<Row>>>;
}

/** @param selectShared Prepares the statement for queries without parameters, if it differs. */
export function prepareChecks<SubjectQuery, Row>(
  subject: SubjectQuery,
  require: RequireRow<Row>,
  select: (item: Item) => PreparableQuery<CheckedRow<Row>>,
  selectShared?: PreparedChecks<SubjectQuery, Row>["selectShared"],
): PreparedChecks<SubjectQuery, Row> {
  const prepareSelect = (item: Item) => select(item).prepare("read");
  return {
    subject,
    require,
    select: prepareSelect,
    selectShared: selectShared ?? prepareSelect,
    prepared: new Map(),
  };
}

/**
 * Creates a check from its statements.
 * @param values The parameters of the statements.
 */
export function createAccessCheck<SubjectQuery, Row, Granted>(
  db: Db,
  { subject, require, select, selectShared, prepared }: PreparedChecks<SubjectQuery, Row>,
  values: Record<string, unknown>,
  grant: (row: Row | undefined) => Granted,
): AccessCheck<SubjectQuery, Granted> {
  const run = async (statement: PreparedQuery<CheckedRow<Row>>, parameters = {}) => {
    const found = await statement.execute({ ...values, ...parameters });
    const access = grant(found[0]?.subject);
    return { access, items: found.flatMap(({ item }) => (isRow(item) ? [item] : [])) };
  };
  return {
    db,
    subject,
    require: async () => grant(await require(values)),
    // The join returns the subquery's columns with the types that the query itself would return, hence the types below.
    async select<Selected extends object>(query: SelectQuery<Selected>) {
      const { access, items } = await run(select(query.as("item")));
      return { access, rows: items as Selected[] };
    },
    async selectPrepared<Selected extends object>(
      name: string,
      query: () => SelectQuery<Selected>,
      parameters?: Record<string, unknown>,
    ) {
      const prepare = parameters === undefined ? selectShared : select;
      const statement = prepared.get(name) ?? prepare(query().as("item"));
      prepared.set(name, statement);
      const { access, items } = await run(statement, parameters);
      return { access, rows: items as Selected[] };
    },
  };
}

/**
 * The join returns one item of nulls when the query finds nothing. Drizzle turns it into null for some queries only.
 */
const isRow = (item: object | null) => item !== null && Object.values(item)[0] !== null;
