import { ConnectionError } from "@mdreader/db";

import { AppError } from "../errors.ts";

/** Postgres' codes for what passes: another try may succeed. */
const transientCodes = new Set([
  "25006", // it only reads: another server has become the primary
  "55P03", // lock not available
  "57014", // cancelled by the statement time-out
  "40001", // serialization failure
  "40P01", // deadlock
]);
/** Connection failures, a full disk or too little of something else, shutting down, crashed or starting. */
const transientClasses = /^(?:08|53|57P)|^58030$/;

interface DriverError {
  code: string;
  constraint?: string;
}

/** The driver's error inside whatever wraps it. */
function findDriverError(error: unknown): DriverError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string") return cause as Error & DriverError;
  }
  return null;
}

/** UNAVAILABLE, where `error` says that the database can't answer now; null for all else. */
export function toDatabaseError(error: unknown): AppError | null {
  const found = findDriverError(error);
  if (found === null) return null;
  return found instanceof ConnectionError ||
    transientCodes.has(found.code) ||
    transientClasses.test(found.code)
    ? new AppError("UNAVAILABLE", { retryAfter: 1, cause: error })
    : null;
}

/** The name of the unique constraint or index that `error` says was violated; null for all else. */
export function violatedConstraint(error: unknown): string | null {
  const found = findDriverError(error);
  return found?.code === "23505" ? (found.constraint ?? null) : null;
}
