/**
 * Slows down clients that send invalid updates, because rejecting them costs work. A socket that keeps sending them is
 * read more and more slowly, and finally closed.
 */

/** Rejections without penalty, and rejections after which the socket is closed. One rejection expires per interval. */
const limits = { free: 5, max: 30, forgetAfterMs: 2000 };

/** Pause for each rejection beyond the free ones. */
const pauseMs = 10;

export interface RefusedUpdates {
  /** Records a rejection. */
  note(): void;
}

/**
 * @param socket Pauses reading for a number of milliseconds, or closes the socket.
 * @param now Returns the time of a monotonic clock, in milliseconds.
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
