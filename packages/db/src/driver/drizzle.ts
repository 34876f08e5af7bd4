import { type ExtractTablesWithRelations, type Logger, NoopLogger } from "drizzle-orm";
import { DrizzleQueryError } from "drizzle-orm/errors";
import { type MigrationMeta, readMigrationFiles } from "drizzle-orm/migrator";
import {
  PgDatabase,
  PgDialect,
  PgPreparedQuery,
  type PgQueryResultHKT,
  type PgSelectConfig,
  PgSession,
  PgTransaction,
  type PgTransactionConfig,
  type PreparedQueryConfig,
  type SelectedFieldsOrdered,
} from "drizzle-orm/pg-core";
import { fillPlaceholders, type Query, type SQL, sql } from "drizzle-orm/sql";

import { createRowMapper } from "./row-mapper.ts";
import { nameStatement, type Row, type Rows, toRows } from "./sql.ts";
import type { Runner, TransactionRunner } from "./transaction.ts";

/** No relational queries are used. The types of all tables in that of the database would slow the compiler down. */
type Schema = Record<string, never>;
type Tables = ExtractTablesWithRelations<Schema>;

interface RowsHKT extends PgQueryResultHKT {
  type: Rows<(this["row"] extends Row ? this["row"] : Row)[]>;
}

/** Drizzle on our connections. Drizzle's own session for `pg` leaks a connection that breaks in a transaction. */
export type Db = PgDatabase<RowsHKT, Schema>;
/** A transaction. */
export type Tx = PgTransaction<RowsHKT, Schema, Tables>;

/**
 * Writes limits into the text of statements. As a parameter, a limit would make Postgres plan a prepared statement again in each
 * call, because a plan for a small number of rows always seems to be cheaper than one for any number.
 */
class Dialect extends PgDialect {
  override buildSelectQuery({ limit, ...select }: PgSelectConfig): SQL {
    const isLast = select.offset === undefined && select.lockingClause === undefined;
    return typeof limit === "number" && isLast && select.setOperators.length === 0
      ? sqlLimit(super.buildSelectQuery(select), limit)
      : super.buildSelectQuery({ ...select, ...(limit !== undefined && { limit }) });
  }

  override buildSetOperationQuery({
    leftSelect,
    setOperator: { limit, ...operator },
  }: Parameters<PgDialect["buildSetOperationQuery"]>[0]): SQL {
    return typeof limit === "number" && operator.offset === undefined
      ? sqlLimit(super.buildSetOperationQuery({ leftSelect, setOperator: operator }), limit)
      : super.buildSetOperationQuery({
          leftSelect,
          setOperator: { ...operator, ...(limit !== undefined && { limit }) },
        });
  }
}

const sqlLimit = (select: SQL, limit: number): SQL => sql`${select} limit ${sql.raw(limit.toString())}`;

const dialect = new Dialect();

export function createDrizzle(runner: TransactionRunner, logger: Logger = new NoopLogger()): Db {
  return new PgDatabase(dialect, createSession(runner, logger), undefined);
}

/**
 * Runs a statement of constant text as a prepared statement. Lists of rows are parameters, so that Postgres plans once for
 * any number.
 */
export async function executePrepared<T extends Row>(executor: Db | Tx, statement: SQL): Promise<T[]> {
  const prepared = executor._.session.prepareQuery(
    dialect.sqlToQuery(statement),
    undefined,
    "prepared",
    false,
  );
  return (await prepared.execute()) as T[]; // typed by the caller
}

/** Runs a statement as written, such as one of a library, with its parameters in place of `$1` and so on. */
export async function runStatement<T extends Row>(
  executor: Db | Tx,
  text: string,
  params: unknown[] = [],
): Promise<T[]> {
  const query = executor._.session.prepareQuery({ sql: text, params }, undefined, undefined, false);
  return (await query.execute()) as T[]; // typed by the caller
}

/** A change of the schema. Its time identifies it. */
export type Migration = MigrationMeta;

export const readMigrations = (migrationsFolder: string): Migration[] =>
  readMigrationFiles({ migrationsFolder });

/** Runs those of the migrations that are pending, in one transaction. */
export function runMigrations(runner: TransactionRunner, migrations: Migration[]): Promise<void> {
  const session = createSession(runner, new NoopLogger()) as unknown as PgSession; // the type expects one without tables
  return dialect.migrate(migrations, session, "");
}

const createSession = (runner: TransactionRunner, logger: Logger) =>
  new Session(runner, logger, (work, mode) => runner.transaction(work, { mode }));

type Begin = <T>(work: (tx: Runner) => Promise<T>, mode: string) => Promise<T>;

class Session extends PgSession<RowsHKT, Schema, Tables> {
  private readonly runner: Runner;
  private readonly logger: Logger;
  private readonly begin: Begin;

  constructor(runner: Runner, logger: Logger, begin: Begin) {
    super(dialect);
    this.runner = runner;
    this.logger = logger;
    this.begin = begin;
  }

  override prepareQuery<T extends PreparedQueryConfig>(
    query: Query,
    fields: SelectedFieldsOrdered | undefined,
    name: string | undefined,
    _isResponseInArrayMode: boolean,
    mapRows?: (rows: unknown[][]) => T["execute"],
  ): PreparedQuery<T> {
    return new PreparedQuery(this.runner, this.logger, query, fields, name !== undefined, mapRows);
  }

  override transaction<T>(work: (tx: Tx) => Promise<T>, config?: PgTransactionConfig): Promise<T> {
    return this.begin((runner) => {
      const session: Session = new Session(runner, this.logger, () => {
        throw new Error("nested transactions are savepoints");
      });
      return work(new Transaction(dialect, session, undefined));
    }, toTransactionMode(config));
  }
}

class Transaction extends PgTransaction<RowsHKT, Schema, Tables> {
  override async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const { session } = this._;
    const savepoint = sql.identifier(`s${this.nestedIndex + 1}`);
    const nested = new Transaction(dialect, session, undefined, this.nestedIndex + 1);
    await this.execute(sql`savepoint ${savepoint}`);
    try {
      const result = await work(nested);
      await this.execute(sql`release savepoint ${savepoint}`);
      return result;
    } catch (error) {
      await this.execute(sql`rollback to savepoint ${savepoint}`);
      throw error;
    }
  }
}

class PreparedQuery<T extends PreparedQueryConfig> extends PgPreparedQuery<T> {
  /** Set by Drizzle's builders. */
  joinsNotNullableMap: Record<string, boolean> | undefined;
  private readonly runner: Runner;
  private readonly logger: Logger;
  private readonly fields: SelectedFieldsOrdered | undefined;
  private readonly mapRows: ((rows: unknown[][]) => T["execute"]) | undefined;
  private readonly name: string | undefined;
  #mapRow: ReturnType<typeof createRowMapper> | null = null;

  constructor(
    runner: Runner,
    logger: Logger,
    query: Query,
    fields: SelectedFieldsOrdered | undefined,
    isPrepared: boolean,
    mapRows: ((rows: unknown[][]) => T["execute"]) | undefined,
  ) {
    super(query, undefined, undefined);
    this.runner = runner;
    this.logger = logger;
    this.fields = fields;
    this.mapRows = mapRows;
    this.name = isPrepared ? nameStatement(query.sql) : undefined;
  }

  override async execute(placeholders: Record<string, unknown> = {}): Promise<T["execute"]> {
    const { fields, mapRows, joinsNotNullableMap } = this;
    if (fields === undefined && mapRows === undefined) return toRows(await this.run(placeholders, false));
    const { rows } = await this.run(placeholders, true);
    if (mapRows !== undefined) return mapRows(rows as unknown[][]); // requested as arrays
    const mapRow = (this.#mapRow ??= createRowMapper(fields ?? [], joinsNotNullableMap));
    return rows.map((row) => mapRow(row as unknown[]));
  }

  async all(placeholders: Record<string, unknown> = {}): Promise<T["all"]> {
    return (await this.run(placeholders, false)).rows;
  }

  private async run(placeholders: Record<string, unknown>, inArrays: boolean) {
    const { sql: text } = this.query;
    const parameters = fillPlaceholders(this.query.params, placeholders);
    this.logger.logQuery(text, parameters);
    try {
      return await this.runner.run({ text, parameters, name: this.name, inArrays });
    } catch (error) {
      throw new DrizzleQueryError(text, parameters, error instanceof Error ? error : undefined);
    }
  }
}

function toTransactionMode({ isolationLevel, accessMode, deferrable }: PgTransactionConfig = {}): string {
  return [
    isolationLevel && `isolation level ${isolationLevel}`,
    accessMode,
    deferrable !== undefined && (deferrable ? "deferrable" : "not deferrable"),
  ]
    .filter(Boolean)
    .join(" ");
}
