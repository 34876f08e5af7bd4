import { backoff } from "../backoff.ts";
import { isReason } from "../errors.ts";
import { lastingReasonOf, pauseAfter } from "./failures.ts";

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
  /** It has ended for good. */
  onEnded(error: unknown): void;
}

/**
 * Keeps a subscription alive. A lost connection is the socket's concern, which resumes by itself; but an error that the
 * server sends ends a subscription, so it is begun anew after a while, unless it would end the same way.
 * @returns What stops it.
 */
export function follow<T>({ subscribe, onData, onOnline, onEnded }: FollowOptions<T>): () => void {
  let stopped = false;
  let attempt = 0;
  let running: { unsubscribe(): void } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Events of an earlier subscription are not this one's. */
  let round = 0;

  function again(pause: number): void {
    round += 1;
    onOnline(false);
    running?.unsubscribe();
    running = null;
    timer = setTimeout(start, pause);
  }

  function start(): void {
    const mine = ++round;
    const guarded =
      <A extends unknown[]>(handle: (...args: A) => void) =>
      (...args: A) => {
        if (!stopped && mine === round) handle(...args);
      };
    running = subscribe({
      onStarted: guarded(() => onOnline(true)),
      onConnectionStateChange: guarded(({ state }) => {
        if (state !== "pending") onOnline(false);
      }),
      onData: guarded((value) => {
        attempt = 0;
        onData(value);
      }),
      onError: guarded((error) => {
        if (isReason(error, "RESYNC_REQUIRED")) return again(attempt++ === 0 ? 0 : backoff(attempt));
        if (lastingReasonOf(error) === null) return again(pauseAfter(error, attempt++));
        stop();
        onOnline(false);
        onEnded(error);
      }),
      onComplete: guarded(() => again(backoff(attempt++))),
    });
  }

  function stop(): void {
    stopped = true;
    clearTimeout(timer);
    running?.unsubscribe();
  }

  start();
  return stop;
}
