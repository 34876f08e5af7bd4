import type { Operation, TRPCClientError, TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";

import { computeBackoffMs } from "./backoff.ts";
import { isUnreachable, retryAfterOf } from "./errors.ts";
import { ResponseError } from "./response-error.ts";
import { isSessionPath } from "./session-link.ts";
import type { AppRouter } from "./types.ts";
import { usesWebSocket } from "./via-web-socket.ts";

/** Statuses of a server or proxy that is busy or restarting. */
const temporaryStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Mutations that need no sign-in. The server has no caller whose keys it could remember, so a repetition of a successful
 * one would fail, because its link has been used, or send another email.
 */
const emailPaths: ReadonlySet<string> = new Set([
  "auth.requestPasswordReset",
  "auth.resetPassword",
  "auth.verifyEmail",
  "auth.emailChange.confirm",
  "auth.emailChange.refuse",
]);

/** If the server asks for a longer pause, the call fails instead. */
const maxRetryAfterSeconds = 10;

/**
 * Repeats queries and mutations whose response was lost, or that the server or a proxy could not process now. Mutations
 * carry an idempotency key, so they take effect once. Calls that start or end a session, or use an emailed link, are not
 * repeated.
 * @param retries The largest number of repetitions.
 * @param findEnd Returns the signal that ends the repetitions of a call that starts now.
 */
export function retryCallsLink(retries: number, findEnd: () => AbortSignal): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const end = findEnd();
        let attempt = 0;
        let running: { unsubscribe(): void } | undefined;
        let timer: ReturnType<typeof setTimeout> | undefined;
        let failure: TRPCClientError<AppRouter> | undefined;
        const pauseEnds = () => {
          if (timer === undefined) return;
          clearTimeout(timer);
          timer = undefined;
          start();
        };
        // An aborted call is sent once more, and fails with the reason of its signal.
        op.signal?.addEventListener("abort", pauseEnds);
        // A closed client sends nothing more.
        const giveUp = () => {
          if (timer === undefined || failure === undefined) return;
          finish();
          observer.error(failure);
        };
        end.addEventListener("abort", giveUp);
        const finish = () => {
          clearTimeout(timer);
          timer = undefined;
          op.signal?.removeEventListener("abort", pauseEnds);
          end.removeEventListener("abort", giveUp);
        };
        function start(): void {
          running = next(op).subscribe({
            next: (value) => observer.next(value),
            error(error) {
              const pauseMs = attempt < retries && !end.aborted ? findPauseMs(op, error, attempt) : null;
              if (pauseMs === null) {
                finish();
                return observer.error(error);
              }
              attempt += 1;
              failure = error;
              timer = setTimeout(pauseEnds, pauseMs);
            },
            complete() {
              finish();
              observer.complete();
            },
          });
        }
        start();
        return () => {
          finish();
          running?.unsubscribe();
        };
      });
}

/** Returns the milliseconds before the next attempt, or null if the call fails for good. */
function findPauseMs(call: Operation, error: TRPCClientError<AppRouter>, attempt: number): number | null {
  const isRepeatedElsewhere = call.type === "subscription" || usesWebSocket(call);
  const isUnsafe = isSessionPath(call.path) || emailPaths.has(call.path);
  if (isRepeatedElsewhere || isUnsafe || call.signal?.aborted === true) return null;
  const foreign = error.cause instanceof ResponseError ? error.cause : null;
  const status = error.data?.httpStatus ?? foreign?.status;
  const isTemporary =
    status === undefined ? isUnreachable(error) && isOnline() : temporaryStatuses.has(status);
  if (!isTemporary) return null;
  const requestedMs = (retryAfterOf(error) ?? foreign?.retryAfterSeconds ?? 0) * 1000;
  if (requestedMs > maxRetryAfterSeconds * 1000) return null;
  return Math.max(computeBackoffMs(attempt), requestedMs * (1 + Math.random() / 4));
}

/** Whether the browser believes that it has a network. Node, whose navigator doesn't know, always believes it. */
const isOnline = () => typeof navigator === "undefined" || !("onLine" in navigator) || navigator.onLine;
