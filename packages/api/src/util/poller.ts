import type { SetTimer } from "./set-timer.ts";

/** Repeats work at intervals, while there is some. */
export interface Poller {
  /** Starts polling, unless it is running or there is nothing to do. */
  start(): void;
  stop(): void;
}

/**
 * Creates a poller. Each run begins `intervalMs` milliseconds after the end of the previous one.
 * @param hasWork Polling pauses when this returns false, until `start` is called again.
 */
export function createPoller(
  schedule: SetTimer,
  intervalMs: number,
  work: () => void | Promise<void>,
  hasWork: () => boolean = () => true,
): Poller {
  let cancel: (() => void) | null = null;
  let isStopped = false;
  const run = () => {
    const done = work();
    if (done instanceof Promise) void done.finally(next);
    else next();
  };
  const next = () => {
    cancel = null;
    start();
  };
  const start = () => {
    if (cancel === null && !isStopped && hasWork()) cancel = schedule(run, intervalMs);
  };
  return {
    start,
    stop() {
      isStopped = true;
      cancel?.();
    },
  };
}
