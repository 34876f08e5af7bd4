import { type Operation, type OperationResultObserver, TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import type { TRPCErrorShape } from "@trpc/server/rpc";

import { delayUntilOnline } from "./delay-until-online.ts";
import { isPermanent, retryDelayMs } from "./live/failures.ts";
import { readEvents } from "./server-sent-events.ts";
import type { Session } from "./session.ts";
import type { Credential } from "./sockets.ts";
import type { AppRouter } from "./types.ts";

/** Subscriptions over HTTP. All of them share one response, because browsers limit the connections to a server. */
export interface HttpStream {
  /** For subscriptions only. */
  link: TRPCLink<AppRouter>;
  /** The credential of the newest stream. */
  readonly credential: Credential;
  /** Whether a server that offers HTTP streams can be reached. */
  isReachable(): Promise<boolean>;
  /** Ends all subscriptions. */
  close(): void;
}

export interface HttpStreamOptions {
  url: string;
  session: Pick<Session, "accessToken">;
  fetch: typeof fetch;
  headers: Record<string, string>;
}

/** Subscriptions that start or end within this time change the stream once. */
const batchMs = 10;
/** The time that a server may stay silent while a stream is opened. */
const maxOpeningMs = 8_000;
/** The time that it may stay silent later. It sends a heartbeat every 15 seconds. */
const maxSilenceMs = 40_000;

/** A message of the server, the same as over a WebSocket. */
type Message =
  | { id: null; method: "reconnect" }
  | { id: number; error: TRPCErrorShape }
  | {
      id: number;
      result: { type: "started" } | { type: "stopped" } | { type: "data"; id?: string; data: unknown };
    };

interface Subscription {
  op: Operation;
  observer: OperationResultObserver<AppRouter, unknown>;
  lastEventId: string | undefined;
  /** The stream that its events come from. */
  source: AbortController | null;
  hasStarted: boolean;
}

/**
 * Each change of the subscriptions replaces the stream, which any server may answer. The previous stream ends when the new
 * one has answered, so that nobody leaves a document in between. From the request on, events come only from the new one,
 * after the last event ID, so that each arrives once. Events without an ID can't be repeated, and are taken from the
 * previous stream until the new one has started the subscription.
 */
export function createHttpStream({ url, session, fetch, headers }: HttpStreamOptions): HttpStream {
  const subscriptions = new Map<number, Subscription>();
  let lastId = 0;
  let newest: AbortController | null = null;
  let planned: AbortController | null = null;
  /** The number of streams that failed since the last one delivered something. */
  let failures = 0;
  const credential: Credential = { token: null };

  /** Replaces the stream after a delay. Until then, the subscriptions may change further. */
  function scheduleConnect(delayMs: number): void {
    if (planned !== null) return;
    const waiting = (planned = new AbortController());
    const start = () => {
      planned = null;
      void replace();
    };
    delayUntilOnline(delayMs, { signal: waiting.signal }).then(start, () => {});
  }

  async function replace(): Promise<void> {
    const previous = newest;
    if (subscriptions.size === 0) {
      newest = null;
      previous?.abort();
      return;
    }
    const stream = (newest = new AbortController());
    let timer = setTimeout(() => stream.abort(silent), maxOpeningMs);
    try {
      const body = await openStream(stream, previous);
      await receive(body, stream, () => {
        clearTimeout(timer);
        timer = setTimeout(() => stream.abort(silent), maxSilenceMs);
      });
      if (newest === stream) recover(null);
    } catch (error) {
      previous?.abort();
      if (newest === stream) recover(error);
    } finally {
      clearTimeout(timer);
      stream.abort();
    }
  }

  async function openStream(
    stream: AbortController,
    previous: AbortController | null,
  ): Promise<ReadableStream<Uint8Array>> {
    const token = await session.accessToken();
    credential.token = token;
    const response = await fetch(url, {
      method: "POST",
      headers: {
        ...headers,
        "content-type": "application/json",
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify([...subscriptions].map(([id, one]) => toStartMessage(id, one, stream))),
      signal: stream.signal,
    });
    if (!response.ok || response.body === null) throw await readFailure(response);
    previous?.abort();
    return response.body;
  }

  async function receive(
    body: ReadableStream<Uint8Array>,
    stream: AbortController,
    onChunk: () => void,
  ): Promise<void> {
    for await (const json of readEvents(body, onChunk)) {
      failures = 0;
      const message: Message = JSON.parse(json);
      if (message.id === null) scheduleConnect(0);
      else accept(message, stream);
    }
  }

  function accept(message: Exclude<Message, { id: null }>, stream: AbortController): void {
    const subscription = subscriptions.get(message.id);
    if (subscription === undefined) return;
    if (subscription.source !== stream) {
      if (newest !== stream) return;
      subscription.source = stream;
    }
    const { observer } = subscription;
    if ("error" in message) {
      subscriptions.delete(message.id);
      observer.error(TRPCClientError.from({ error: message.error }));
      return;
    }
    const { result } = message;
    if (result.type === "started") {
      // The subscriber doesn't notice that the stream was replaced.
      if (subscription.hasStarted) return;
      subscription.hasStarted = true;
      observer.next({ result: { type: "started" } });
      observer.next({ result: { type: "state", state: "pending", error: null } });
    } else if (result.type === "stopped") {
      subscriptions.delete(message.id);
      observer.next({ result: { type: "stopped" } });
      observer.complete();
    } else {
      if (result.id !== undefined) subscription.lastEventId = result.id;
      observer.next({ result });
    }
  }

  /** Opens another stream after the newest one has ended. If that can't help, ends the subscriptions. */
  function recover(error: unknown): void {
    newest = null;
    const all = [...subscriptions];
    if (error !== null && isPermanent(error)) {
      for (const [id, { observer }] of all) {
        subscriptions.delete(id);
        observer.error(toClientError(error));
      }
      return;
    }
    if (all.length > 0) scheduleConnect(failures === 0 && error === null ? 0 : retryDelayMs(error, failures));
    failures += 1;
    for (const [, subscription] of all) {
      subscription.hasStarted = false;
      const cause = error === null ? null : toClientError(error);
      subscription.observer.next({ result: { type: "state", state: "connecting", error: cause } });
    }
  }

  return {
    link:
      () =>
      ({ op }) =>
        observable((observer) => {
          const id = (lastId += 1);
          subscriptions.set(id, { op, observer, lastEventId: undefined, source: null, hasStarted: false });
          observer.next({ result: { type: "state", state: "connecting", error: null } });
          scheduleConnect(batchMs);
          return () => {
            if (subscriptions.delete(id)) scheduleConnect(batchMs);
          };
        }),
    credential,
    async isReachable() {
      try {
        const { status } = await fetch(url, { signal: AbortSignal.timeout(maxOpeningMs) });
        return status === 204;
      } catch {
        return false;
      }
    },
    close() {
      const all = [...subscriptions.values()];
      subscriptions.clear();
      planned?.abort();
      planned = null;
      newest?.abort();
      newest = null;
      for (const { observer } of all) observer.complete();
    },
  };
}

/** From now on, numbered events come from `stream` only. */
function toStartMessage(id: number, subscription: Subscription, stream: AbortController): object {
  const { op, lastEventId } = subscription;
  if (lastEventId !== undefined) subscription.source = stream;
  return { id, method: "subscription", params: { path: op.path, input: op.input, lastEventId } };
}

const silent = new Error("The server didn't respond in time.");

/** @returns The server's error, or one without a reason if something else responded. */
async function readFailure(response: Response): Promise<TRPCClientError<AppRouter>> {
  try {
    return TRPCClientError.from(await response.json());
  } catch {
    return TRPCClientError.from(new Error(`The stream couldn't be opened (HTTP ${response.status}).`));
  }
}

const toClientError = (error: unknown): TRPCClientError<AppRouter> =>
  TRPCClientError.from(error instanceof Error ? error : new Error(String(error)));
