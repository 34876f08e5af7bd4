import { ConnectionError } from "@mdreader/db";

import { AppError } from "../errors.ts";

/** SQLSTATEs of temporary errors: a retry may succeed. */
const transientCodes = new Set([
  "25006", // read-only: another server has become the primary
  "55P03", // lock not available
  "57014", // canceled by the statement timeout
  "40001", // serialization failure
  "40P01", // deadlock
]);
/** Connection failures, a full disk or another lack of resources, shutdown, crash or startup. */
const transientClasses = /^(?:08|53|57P)|^58030$/;

interface DriverError {
  code: string;
  constraint?: string;
}

/** Finds the driver's error among the causes of an error. */
function findDriverError(error: unknown): (Error & DriverError) | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string") return cause as Error & DriverError;
  }
  return null;
}

/** Returns UNAVAILABLE if `error` means that the database can't respond now, and null otherwise. */
export function toDatabaseError(error: unknown): AppError | null {
  const found = findDriverError(error);
  if (found === null) return null;
  return found instanceof ConnectionError ||
    transientCodes.has(found.code) ||
    transientClasses.test(found.code)
    ? new AppError("UNAVAILABLE", { retryAfter: 1, cause: error })
    : null;
}

/** Whether a statement failed with its connection. Nobody knows whether it had an effect. */
export const isConnectionFailure = (error: unknown): boolean =>
  findDriverError(error) instanceof ConnectionError;

/** Returns the name of the unique constraint or index that was violated, and null for other errors. */
export function findViolatedConstraint(error: unknown): string | null {
  const found = findDriverError(error);
  return found?.code === "23505" ? (found.constraint ?? null) : null;
}
