/** The longest pause between two tries: somebody may be waiting for what they typed to be saved. */
const maxPauseMs = 5_000;

/**
 * Milliseconds to wait before another try: doubling up to a limit, and each time a different part of that, so that
 * clients that one server lost don't all come back to it at once.
 * @param attempt 0 for the first.
 * @param longestMs The limit.
 */
export function backoffMs(attempt: number, longestMs = maxPauseMs): number {
  const ms = Math.min(longestMs, 500 * 2 ** Math.min(attempt, 16));
  return ms * (0.25 + 0.75 * Math.random());
}
