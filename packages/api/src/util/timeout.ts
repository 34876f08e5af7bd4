import { AppError } from "../errors.ts";
import { setSystemTimer } from "./set-timer.ts";

/** Seconds after which a call is answered, unless said otherwise: more than Postgres lets a statement run. */
const defaultTimeoutSeconds = 20;

/**
 * Settles as `work` does, but in bounded time: a database that is frozen, or has no connection left, says nothing at
 * all. The work itself is not undone, so that a write may still be made: it is only not acknowledged.
 *
 * @param seconds After how long.
 * @throws AppError UNAVAILABLE when the time is up.
 */
export function withTimeout<T>(work: Promise<T>, seconds = defaultTimeoutSeconds): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = setSystemTimer(() => {
      reject(new AppError("UNAVAILABLE", { retryAfter: 1 }));
    }, seconds * 1000);
    void work.then(resolve, reject).finally(cancel);
  });
}
