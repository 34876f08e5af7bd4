import { backoffMs } from "../backoff.ts";
import { delayUntilOnline } from "../delay-until-online.ts";
import { isReason } from "../errors.ts";
import { isPermanent, retryDelayMs } from "./failures.ts";

/** What tRPC tells of a subscription. */
export interface SubscriptionHandlers<T> {
  onData(value: T): void;
  onStarted(): void;
  onConnectionStateChange(state: { state: "idle" | "connecting" | "pending" }): void;
  onError(error: unknown): void;
  onComplete(): void;
}

export interface FollowOptions<T> {
  /** Subscribes. Asked again after each end that is not for good, so the input can be that of the moment. */
  subscribe(handlers: SubscriptionHandlers<T>): { unsubscribe(): void };
  onData(value: T): void;
  /** Whether the server is sending. */
  onOnline(online: boolean): void;
  /** It has ended, and would end the same way again, unless something changes: then `restart` begins it anew. */
  onEnded(error: unknown): void;
}

export interface KeptSubscription {
  /** Begins anew, after so many milliseconds. */
  restart(pauseMs: number): void;
  stop(): void;
}

/**
 * Keeps a subscription alive. When its connection is lost, it is begun anew with the input of that moment, which the
 * socket sends as soon as it is connected again. An error that the server sends ends a subscription, so it is begun anew
 * after a while, unless it would end the same way.
 */
export function keepSubscribed<T>({
  subscribe,
  onData,
  onOnline,
  onEnded,
}: FollowOptions<T>): KeptSubscription {
  let stopped = false;
  let attempt = 0;
  let running: { unsubscribe(): void } | null = null;
  let waiting = new AbortController();
  /** Events of an earlier subscription are not this one's. */
  let round = 0;

  function again(pauseMs: number): void {
    round += 1;
    onOnline(false);
    running?.unsubscribe();
    running = null;
    waiting.abort();
    waiting = new AbortController();
    delayUntilOnline(pauseMs, { signal: waiting.signal }).then(start, () => {});
  }

  function start(): void {
    const mine = ++round;
    let hasStarted = false;
    const guarded =
      <A extends unknown[]>(handle: (...args: A) => void) =>
      (...args: A) => {
        if (!stopped && mine === round) handle(...args);
      };
    running = subscribe({
      onStarted: guarded(() => {
        hasStarted = true;
        onOnline(true);
      }),
      onConnectionStateChange: guarded(({ state }) => {
        if (state === "pending") return;
        if (hasStarted) again(0);
        else onOnline(false);
      }),
      onData: guarded((value) => {
        attempt = 0;
        onData(value);
      }),
      onError: guarded((error) => {
        if (isReason(error, "RESYNC_REQUIRED")) return again(attempt++ === 0 ? 0 : backoffMs(attempt));
        if (!isPermanent(error)) return again(retryDelayMs(error, attempt++));
        round += 1;
        running = null;
        onOnline(false);
        onEnded(error);
      }),
      onComplete: guarded(() => again(backoffMs(attempt++))),
    });
  }

  function stop(): void {
    stopped = true;
    waiting.abort();
    running?.unsubscribe();
  }

  start();
  return {
    restart(pauseMs) {
      if (!stopped) again(pauseMs);
    },
    stop,
  };
}
