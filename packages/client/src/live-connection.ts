import { type OperationResultEnvelope, type TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable, type Unsubscribable } from "@trpc/server/observable";

import { computeBackoffMs } from "./backoff.ts";
import { delayUntilOnline } from "./delay-until-online.ts";
import type { HttpStream } from "./http-stream.ts";
import { createObservable, type Observed } from "./live/observable.ts";
import type { Credential, Sockets } from "./sockets.ts";
import type { AppRouter } from "./types.ts";

/** The transport of events: a WebSocket, or HTTP while WebSockets are blocked. */
export type LiveTransport = "websocket" | "http";

/** The connection of a client's subscriptions. */
export interface LiveConnection {
  /** For subscriptions. They move when the transport changes. */
  link: TRPCLink<AppRouter>;
  readonly transport: Observed<LiveTransport>;
  /** The credential of the current connection. */
  readonly credential: Credential;
  /** Uses a new connection for later calls. Those in progress continue on the current one. */
  renew(): void;
  /** Aborted when the connections are closed. Calls since then have another one. */
  readonly ends: AbortSignal;
  /** Moves to HTTP, because WebSockets are blocked. */
  fallBack(): void;
  /** Ends all subscriptions and connections. Later calls open new ones. */
  close(): Promise<void>;
}

export interface LiveConnectionOptions {
  sockets: Sockets;
  stream: HttpStream;
  /** The longest interval between two attempts to return to a WebSocket. */
  maxReturnMs?: number;
}

/** The number of attempts at which the interval between attempts to return starts: about ten seconds. */
const firstReturnAttempt = 4;
const defaultMaxReturnMs = 5 * 60_000;
/** The time for which a subscription stays with the previous transport if the next one does not start it. */
const maxMoveMs = 10_000;

type Envelope = OperationResultEnvelope<unknown, TRPCClientError<AppRouter>>;

/** Creates a connection that falls back to HTTP, and returns to a WebSocket as soon as one can be opened. */
export function createLiveConnection({
  sockets,
  stream,
  maxReturnMs = defaultMaxReturnMs,
}: LiveConnectionOptions): LiveConnection {
  const transport = createObservable<LiveTransport>("websocket");
  /** Moves each subscription to the current transport. */
  const moves = new Set<() => void>();
  let attempts = firstReturnAttempt;
  let returning: AbortController | null = null;
  let returnedAt = -Infinity;
  let ends = new AbortController();

  function change(next: LiveTransport): void {
    transport.set(next);
    for (const move of moves) move();
  }

  /** Without subscriptions, nothing is tried, so that a program can end. */
  async function attemptReturn(): Promise<void> {
    if (returning !== null || moves.size === 0 || transport.get() === "websocket") return;
    const { signal } = (returning = new AbortController());
    try {
      do await delayUntilOnline(computeBackoffMs(attempts++, maxReturnMs), { signal });
      while (!(await sockets.canOpen()));
    } catch {
      return; // There are no subscriptions anymore.
    }
    if (signal.aborted) return;
    returning = null;
    returnedAt = performance.now();
    change("websocket");
  }

  function stopReturning(): void {
    returning?.abort();
    returning = null;
  }

  return {
    link: (runtime) => {
      const links = { websocket: sockets.link(runtime), http: stream.link(runtime) };
      return (call) =>
        observable((observer) => {
          let lastEventId: string | undefined;
          /** Whether the subscriber knows the subscription as started. */
          let isStarted = false;
          let current: Unsubscribable | null = null;
          let round = 0;
          /** Ends the subscription on the previous transport. */
          let leave = () => {};

          function note({ result }: Envelope): void {
            if (result.type === "started") isStarted = true;
            else if (result.type === "state" && result.state !== "pending") isStarted = false;
            else if ("id" in result && result.id !== undefined) lastEventId = result.id;
          }

          function start(): void {
            const mine = (round += 1);
            const { op } = call;
            const input = lastEventId === undefined ? op.input : Object.assign({}, op.input, { lastEventId });
            /** A subscriber who has not noticed a loss doesn't notice the move either. */
            let isMoving = isStarted;
            const started = links[transport.get()]({ ...call, op: { ...op, input } }).subscribe({
              next(envelope) {
                const { type } = envelope.result;
                // Events without an ID can't be repeated. Until the next transport delivers them, the previous one does.
                if (mine !== round && (type !== "data" || lastEventId !== undefined)) return;
                if (mine === round && isMoving) {
                  if (type === "state") return;
                  isMoving = false;
                  leave();
                  if (type === "started") return;
                }
                note(envelope);
                observer.next(envelope);
              },
              error(error) {
                if (mine === round) observer.error(error);
              },
              complete() {
                if (mine === round) observer.complete();
              },
            });
            // The subscriber may have unsubscribed meanwhile.
            if (mine === round) current = started;
            else started.unsubscribe();
          }

          function move(): void {
            leave();
            // The end of the previous subscription is not the end of this one.
            round += 1;
            const previous = current;
            const timer = setTimeout(() => leave(), maxMoveMs);
            leave = () => {
              clearTimeout(timer);
              previous?.unsubscribe();
            };
            if (!isStarted) leave();
            start();
          }

          moves.add(move);
          void attemptReturn();
          start();
          return () => {
            round += 1;
            moves.delete(move);
            if (moves.size === 0) stopReturning();
            leave();
            current?.unsubscribe();
          };
        });
    },
    transport,
    get credential() {
      return transport.get() === "http" ? stream.credential : sockets.credential;
    },
    get ends() {
      return ends.signal;
    },
    renew: () => sockets.renew(),
    fallBack() {
      if (transport.get() === "http") return;
      // A network that only accepts WebSockets and then closes them is tried less and less often.
      if (performance.now() - returnedAt > maxReturnMs) attempts = firstReturnAttempt;
      change("http");
      void sockets.close();
      void attemptReturn();
    },
    async close() {
      ends.abort();
      ends = new AbortController();
      stopReturning();
      stream.close();
      await sockets.close();
    },
  };
}
