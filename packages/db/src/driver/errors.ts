import { DatabaseError } from "pg";

/**
 * A connection that can't be had, or is lost. A statement that was on its way may or may not have been done; a
 * transaction has not, unless its COMMIT was on its way.
 */
export class ConnectionError extends Error {
  readonly code: string;
  constructor(message: string, code = "CONNECTION_LOST", options?: ErrorOptions) {
    super(message, options);
    this.name = "ConnectionError";
    this.code = code;
  }
}

/** What kept a connection from being opened: Postgres' own words as they are, all else as a `ConnectionError`. */
export function toConnectionError(error: unknown): Error {
  if (error instanceof DatabaseError || error instanceof ConnectionError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  return new ConnectionError(describe(error), code, { cause: error });
}

/** Where a name has several addresses, the error is a bundle without a message of its own. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join("; ");
  return error instanceof Error ? error.message : String(error);
}

/** Postgres' routines that fail when what was prepared fits the schema no more, or is gone. */
const stalePlanRoutines = new Set(["RevalidateCachedQuery", "FetchPreparedStatement"]);

/** Whether a prepared statement has to be prepared anew, as after a migration: it was refused before it did anything. */
export const isStalePlan = (error: unknown): boolean =>
  error instanceof DatabaseError
    ? stalePlanRoutines.has(error.routine ?? "")
    : error instanceof ConnectionError && isStalePlan(error.cause);

const readOnlyTransaction = "25006";

/**
 * Whether Postgres' error is the end of its connection for us. One that only reads is a primary no longer: another look
 * at the name finds the one that is.
 */
export const endsConnection = (error: unknown): boolean =>
  error instanceof DatabaseError &&
  (error.severity === "FATAL" ||
    error.severity === "PANIC" ||
    error.code === readOnlyTransaction ||
    /^(08|57P)/.test(error.code ?? "") ||
    isStalePlan(error));
