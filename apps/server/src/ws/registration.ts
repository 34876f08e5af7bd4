import { AppError, type AuthenticatedCredential, type Caller, type Services } from "@mdreader/api";

import type { RequestInfo } from "../http/request/request-info.ts";
import type { ConcurrencyLimiter } from "./concurrency-limiter.ts";
import type { SocketLimits } from "./limits.ts";

/** The user of a connection. */
export interface SignedIn {
  credential: AuthenticatedCredential;
  caller: Caller;
}

export interface RegistrationOptions {
  services: Services;
  perUser: ConcurrencyLimiter;
  limits: Pick<SocketLimits, "perCaller" | "renewalMs">;
  info: RequestInfo;
  /** Runs when the connection has closed. */
  cleanup: DisposableStack;
  /** Asks the client to connect again, with a new token. */
  askToReconnect(): void;
  /** Closes the connection because its credential is no longer valid. */
  close(why: string): void;
}

/**
 * Counts and records a user's connection, and ends it with its credential. A client is asked to reconnect before its
 * token expires. It does so with a new token and resumes its subscriptions.
 * @throws AppError LIMIT_REACHED if the user has too many connections.
 */
export function registerConnection(
  { credential, caller: { userId, sessionId } }: SignedIn,
  { services, perUser, limits, info, cleanup, askToReconnect, close }: RegistrationOptions,
): void {
  const leave = perUser.acquire(userId, limits.perCaller);
  if (leave === null) throw new AppError("LIMIT_REACHED");
  cleanup.defer(leave);
  const { recorder } = services.presence;
  const { id, userAgent, ipAddress } = info;
  recorder.onConnected({ id, userId, sessionId, userAgent, ipAddress });
  cleanup.defer(() => recorder.onDisconnected(id));
  cleanup.defer(services.accessMonitor.watchCredential(credential, () => close("the session has ended")));
  if (credential.kind !== "session" || credential.expiresAt === undefined) return;
  const leftMs = credential.expiresAt - services.clock.now().getTime();
  cleanup.defer(setLongTimer(() => close("the token has expired"), leftMs));
  if (leftMs > limits.renewalMs) cleanup.defer(setLongTimer(askToReconnect, leftMs - limits.renewalMs));
}

/** The message that asks a client to connect again. */
export const reconnectMessage = JSON.stringify({ id: null, method: "reconnect" });

/** Maximum delay of Node's timers, in milliseconds. */
const maxTimerMs = 2 ** 31 - 1;

/** @returns A function that cancels the timer. */
export function setLongTimer(run: () => void, ms: number): () => void {
  const handle = setTimeout(run, Math.min(Math.max(ms, 0), maxTimerMs));
  handle.unref();
  // Node keeps an entry per delay for unreferenced timers that are cleared, until the delay is over.
  return () => clearTimeout(handle.ref());
}
