import { AppError } from "./errors.ts";
import { systemSchedule } from "./realtime/schedule.ts";

/** Seconds after which a call is answered, unless said otherwise: more than Postgres lets a statement run. */
const defaultTimeout = 20;

/**
 * Settles as `work` does, but in bounded time: a database that is frozen, or has no connection left, says nothing at
 * all. The work itself is not undone, so that a write may still be made: it is only not acknowledged.
 *
 * @param seconds After how long.
 * @throws AppError UNAVAILABLE when the time is up.
 */
export function withinDeadline<T>(work: Promise<T>, seconds = defaultTimeout): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = systemSchedule(() => {
      reject(new AppError("UNAVAILABLE", { retryAfter: 1 }));
    }, seconds * 1000);
    void work.then(resolve, reject).finally(cancel);
  });
}
