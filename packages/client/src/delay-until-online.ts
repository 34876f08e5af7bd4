/** The target of `online` and `visibilitychange` events: the global object in browsers and workers. */
type OnlineEvents = Pick<EventTarget, "addEventListener">;

export interface DelayOptions {
  /** Ends the pause with an error. */
  signal: AbortSignal;
  events?: OnlineEvents | undefined;
}

const globalEvents: Partial<OnlineEvents> = globalThis;

/**
 * Waits the given milliseconds, or until the browser is online or the page visible again. A laptop that wakes up should
 * not wait for a backoff that grew while it slept.
 * @returns Whether the pause was cut short.
 * @throws The signal's reason if it is aborted.
 */
export function delayUntilOnline(milliseconds: number, { signal, events }: DelayOptions): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const ends = new AbortController();
  const timer = setTimeout(() => resolve(false), milliseconds);
  const on = { signal: ends.signal };
  const source = events ?? globalEvents;
  source.addEventListener?.("online", () => resolve(true), on);
  source.addEventListener?.("visibilitychange", () => isVisible() && resolve(true), on);
  signal.addEventListener("abort", () => reject(signal.reason), on);
  if (signal.aborted) reject(signal.reason);
  return promise.finally(() => {
    clearTimeout(timer);
    ends.abort();
  });
}

const isVisible = () => typeof document === "undefined" || document.visibilityState === "visible";
