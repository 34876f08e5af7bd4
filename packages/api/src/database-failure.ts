import { AppError } from "./errors.ts";

/** Postgres' own codes, and the driver's, for a database that can't answer now. */
const unavailable = new Set([
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "53300", // too many connections
  "55P03", // lock not available
  "57014", // cancelled by the statement time-out
  "57P01", // shutting down
  "57P02", // crashed
  "57P03", // starting up
  "40001", // serialization failure
  "40P01", // deadlock
]);

interface Coded {
  code: string;
  constraint_name?: string;
}

/** The driver's error inside whatever wraps it. */
function coded(error: unknown): Coded | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string") return cause as Error & Coded;
  }
  return null;
}

/** UNAVAILABLE, where `error` says that the database can't answer now; null for all else. */
export function databaseFailure(error: unknown): AppError | null {
  const found = coded(error);
  return found !== null && unavailable.has(found.code)
    ? new AppError("UNAVAILABLE", { retryAfter: 1, cause: error })
    : null;
}

/** The name of the unique constraint or index that `error` says was violated; null for all else. */
export function violatedUnique(error: unknown): string | null {
  const found = coded(error);
  return found?.code === "23505" ? (found.constraint_name ?? null) : null;
}
