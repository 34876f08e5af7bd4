import type { StatementResult } from "./connection.ts";
import type { Runner, TransactionOptions, TransactionRunner } from "./transaction.ts";

export type Row = Record<string, unknown>;

/** Rows, with the number of rows that a statement has read or written. */
export type Rows<T extends readonly unknown[]> = T & { readonly count: number };

/** Runs statements: the pool or a transaction. */
export interface Sql {
  /** Runs the prepared statement when it is awaited. Inside another statement, it is a fragment. */
  <T extends readonly unknown[] = Row[]>(
    strings: TemplateStringsArray,
    ...parameters: readonly unknown[]
  ): SqlStatement<T>;
  /** An identifier in a statement, such as a column name. */
  (name: string): SqlName;
  /** Runs SQL text unchanged. Without parameters, it may contain several statements. */
  unsafe<T extends readonly unknown[] = Row[]>(
    text: string,
    parameters?: readonly unknown[],
  ): SqlStatement<T>;
}

/** The pool, which can also start transactions. */
export interface SqlPool extends Sql {
  /** Commits all changes of `work`, or none. */
  begin<T>(work: (tx: Sql) => T | Promise<T>, options?: Pick<TransactionOptions, "isPipelined">): Promise<T>;
}

export function createSql(runner: TransactionRunner): SqlPool {
  return Object.assign(createRunner(runner), {
    begin: <T>(work: (tx: Sql) => T | Promise<T>, options?: TransactionOptions) =>
      runner.transaction((tx) => work(createRunner(tx)), options),
  });
}

/** Runs statements without transactions of their own. */
export function createRunner(runner: Runner): Sql {
  function sql<T extends readonly unknown[]>(
    strings: TemplateStringsArray,
    ...parameters: readonly unknown[]
  ): SqlStatement<T>;
  function sql(name: string): SqlName;
  function sql(
    first: TemplateStringsArray | string,
    ...parameters: readonly unknown[]
  ): SqlStatement | SqlName {
    return typeof first === "string" ? new SqlName(first) : new SqlStatement(runner, first, parameters);
  }
  return Object.assign(sql, {
    unsafe: <T extends readonly unknown[] = Row[]>(text: string, parameters: readonly unknown[] = []) =>
      new SqlStatement<T>(runner, text, parameters),
  });
}

/** An identifier in a statement. */
export class SqlName {
  private readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  toString(): string {
    return `"${this.name.replaceAll('"', '""')}"`;
  }
}

/** A statement that runs when it is awaited, or a fragment of another statement. */
export class SqlStatement<T extends readonly unknown[] = Row[]> implements Promise<Rows<T>> {
  readonly [Symbol.toStringTag] = "SqlStatement";
  private readonly runner: Runner;
  private readonly strings: readonly string[] | string;
  private readonly parameters: readonly unknown[];
  #done: Promise<Rows<T>> | null = null;

  /** @param strings The text around the parameters, or a text with numbered parameters. */
  constructor(runner: Runner, strings: readonly string[] | string, parameters: readonly unknown[]) {
    this.runner = runner;
    this.strings = strings;
    this.parameters = parameters;
  }

  // A promise that starts when it is awaited.
  // oxlint-disable-next-line unicorn/no-thenable
  then<A = Rows<T>, B = never>(
    onFulfilled?: ((rows: Rows<T>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return (this.#done ??= this.#run()).then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<Rows<T> | B> {
    return this.then(null, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Rows<T>> {
    return (this.#done ??= this.#run()).finally(onFinally);
  }

  async #run(): Promise<Rows<T>> {
    const parameters: unknown[] = [];
    const text = this.#write(parameters);
    const name = typeof this.strings === "string" ? undefined : nameStatement(text);
    return toRows<T>(await this.runner.run({ text, parameters, name }));
  }

  /** @returns The statement's text. Its parameters are appended to `parameters`. */
  #write(parameters: unknown[]): string {
    if (typeof this.strings === "string") {
      parameters.push(...this.parameters);
      return this.strings;
    }
    let text = this.strings[0] ?? "";
    for (const [index, parameter] of this.parameters.entries()) {
      if (parameter instanceof SqlStatement) text += parameter.#write(parameters);
      else if (isListOfParts(parameter)) text += parameter.map((part) => part.#write(parameters)).join(" ");
      else if (parameter instanceof SqlName) text += parameter.toString();
      else if (parameter === undefined)
        throw new TypeError(`the parameter is undefined after "${text.slice(-40)}"`);
      else text += `$${parameters.push(parameter)}`;
      text += this.strings[index + 1] ?? "";
    }
    return text;
  }
}

const isListOfParts = (parameter: unknown): parameter is SqlStatement[] =>
  Array.isArray(parameter) && parameter[0] instanceof SqlStatement;

/** Returns the rows of a result. The count is not enumerable, so that rows compare and serialize like plain arrays. */
export function toRows<T extends readonly unknown[]>({ rows, rowCount }: StatementResult): Rows<T> {
  return Object.defineProperty(rows, "count", { value: rowCount ?? 0 }) as unknown as Rows<T>; // typed by the caller
}

/** Maximum number of prepared statements. A program has some hundreds. */
const maxStatements = 5000;
const names = new Map<string, string>();

/**
 * Returns the name under which a text is prepared, the same on all connections. Undefined once the maximum is reached.
 */
export function nameStatement(text: string): string | undefined {
  const existing = names.get(text);
  if (existing !== undefined || names.size >= maxStatements) return existing;
  const name = `s${names.size}`;
  names.set(text, name);
  return name;
}
