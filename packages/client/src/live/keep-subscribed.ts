import { computeBackoffMs } from "../backoff.ts";
import { delayUntilOnline } from "../delay-until-online.ts";
import { isReason } from "../errors.ts";
import { isPermanent, retryDelayMs } from "./failures.ts";

/** The handlers of a tRPC subscription. */
export interface SubscriptionHandlers<T> {
  onData(value: T): void;
  onStarted(): void;
  onConnectionStateChange(state: { state: "idle" | "connecting" | "pending" }): void;
  onError(error: unknown): void;
  onComplete(): void;
}

export interface FollowOptions<T> {
  /** Subscribes. Called again after each temporary end, so that the input can be current. */
  subscribe(handlers: SubscriptionHandlers<T>): { unsubscribe(): void };
  onData(value: T): void;
  /** Called with whether the server is sending. */
  onOnline(online: boolean): void;
  /** Called after a permanent failure. If the cause may have gone, `restart` subscribes again. */
  onEnded(error: unknown): void;
}

export interface KeptSubscription {
  /** Subscribes again, after the given milliseconds. */
  restart(pauseMs: number): void;
  stop(): void;
}

/**
 * Keeps a subscription alive. After a lost connection, it subscribes again with the current input, which the socket sends
 * when it has reconnected. An error from the server ends a subscription, so it subscribes again after a backoff, unless
 * the failure is permanent.
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
  /** Tells events of an earlier subscription apart. */
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
    // The delay may have ended just before the call of `stop`.
    if (stopped) return;
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
        if (isReason(error, "RESYNC_REQUIRED")) return again(attempt++ === 0 ? 0 : computeBackoffMs(attempt));
        if (!isPermanent(error)) return again(retryDelayMs(error, attempt++));
        round += 1;
        running = null;
        onOnline(false);
        onEnded(error);
      }),
      onComplete: guarded(() => again(computeBackoffMs(attempt++))),
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
