/** The longest pause between two attempts. It is short because a user may be waiting for edits to be saved. */
const maxPauseMs = 5_000;

/**
 * Returns the milliseconds to wait before another attempt. The delay doubles up to a limit and is jittered, so that the
 * clients of a restarted server do not all reconnect at once.
 * @param attempt 0 for the first.
 * @param longestMs The limit.
 */
export function computeBackoffMs(attempt: number, longestMs = maxPauseMs): number {
  const ms = Math.min(longestMs, 500 * 2 ** Math.min(attempt, 16));
  return ms * (0.25 + 0.75 * Math.random());
}
