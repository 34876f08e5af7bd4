import { DatabaseError } from "pg";

/**
 * A connection that could not be opened, or was lost. A statement that was in flight may or may not have run. A
 * transaction has not been committed, unless its COMMIT was in flight.
 */
export class ConnectionError extends Error {
  readonly code: string;
  constructor(message: string, code = "CONNECTION_LOST", options?: ErrorOptions) {
    super(message, options);
    this.name = "ConnectionError";
    this.code = code;
  }
}

/**
 * Converts the error of a failed connection attempt. Postgres's own errors are returned unchanged, others as a
 * `ConnectionError`.
 */
export function toConnectionError(error: unknown): Error {
  if (error instanceof DatabaseError || error instanceof ConnectionError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  return new ConnectionError(describeFailure(error), code, { cause: error });
}

/** If a host name has several addresses, the error is an AggregateError without a message. */
function describeFailure(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describeFailure).join("; ");
  return error instanceof Error ? error.message : String(error);
}

/** Postgres routines that fail when a prepared statement no longer matches the schema, or no longer exists. */
const stalePlanRoutines = new Set(["RevalidateCachedQuery", "FetchPreparedStatement"]);

/** Whether a statement must be prepared again, as after a migration. It was rejected before it had any effect. */
export const isStalePlan = (error: unknown): boolean =>
  error instanceof DatabaseError
    ? stalePlanRoutines.has(error.routine ?? "")
    : error instanceof ConnectionError && isStalePlan(error.cause);

const readOnlyTransaction = "25006";

/**
 * Whether a Postgres error makes the connection unusable. A read-only server is no longer the primary, and a new
 * connection resolves the name of the new one.
 */
export const endsConnection = (error: unknown): boolean =>
  error instanceof DatabaseError &&
  (error.severity === "FATAL" ||
    error.severity === "PANIC" ||
    error.code === readOnlyTransaction ||
    /^(08|57P)/.test(error.code ?? "") ||
    isStalePlan(error));
