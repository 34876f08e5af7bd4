const slowest = 30_000;

/**
 * Milliseconds to wait before another try: doubling up to half a minute, and each time a different part of that, so that
 * those whom one server lost don't all come back to it at once.
 * @param attempt 0 for the first.
 */
export function backoff(attempt: number): number {
  const longest = Math.min(slowest, 500 * 2 ** Math.min(attempt, 16));
  return longest * (0.25 + 0.75 * Math.random());
}
