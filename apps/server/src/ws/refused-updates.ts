/**
 * Updates that no honest client makes cost work all the same. A socket that sends one after the other is read more and
 * more slowly, and closed if it goes on.
 */

/** Refusals that are free, and after which a socket is closed; one is forgotten in each interval. */
const limits = { free: 5, max: 30, forgetAfterMs: 2000 };

/** For how long a socket is not read, for each refusal beyond the free ones. */
const pauseMs = 10;

export interface RefusedUpdates {
  /** Notes a refusal. */
  note(): void;
}

/**
 * @param socket What is done to the socket: it is not read for so many milliseconds, or it is closed.
 * @param now The time in milliseconds, of any clock that only goes forward.
 */
export function createRefusedUpdates(
  socket: { pause(ms: number): void; close(): void },
  now: () => number,
): RefusedUpdates {
  let count = 0;
  let since = now();
  return {
    note() {
      const forgotten = Math.floor((now() - since) / limits.forgetAfterMs);
      count = Math.max(0, count - forgotten) + 1;
      since += forgotten * limits.forgetAfterMs;
      if (count > limits.max) socket.close();
      else if (count > limits.free) socket.pause((count - limits.free) * pauseMs);
    },
  };
}
