import { AppError } from "../errors.ts";
import { setSystemTimer } from "./set-timer.ts";

/** Default timeout of a call in seconds. It exceeds Postgres's statement timeout. */
const defaultTimeoutSeconds = 20;

/**
 * Settles like `work`, but within a time limit: a database that is frozen or has no free connection does not respond at
 * all. The work itself is not canceled, so a write may still succeed without being acknowledged.
 *
 * @param seconds The time limit.
 * @throws AppError UNAVAILABLE when the time limit is exceeded.
 */
export function withTimeout<T>(work: Promise<T>, seconds = defaultTimeoutSeconds): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = setSystemTimer(() => {
      reject(new AppError("UNAVAILABLE", { retryAfter: 1 }));
    }, seconds * 1000);
    void work.then(resolve, reject).finally(cancel);
  });
}
