/** Tells that there is a network again, or that the page is looked at again: in browsers and workers, everything. */
type OnlineEvents = Pick<EventTarget, "addEventListener">;

export interface DelayOptions {
  /** Ends the pause by an error. */
  signal: AbortSignal;
  events?: OnlineEvents | undefined;
}

const globalEvents: Partial<OnlineEvents> = globalThis;

/**
 * Waits so many milliseconds, or until the browser is online or its page visible again: a laptop that is opened should not
 * wait for a pause that had grown long while it was closed.
 * @returns Whether the pause was cut short.
 * @throws The signal's reason, when it is aborted.
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
