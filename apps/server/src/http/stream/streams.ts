import { AppError, type Context, type Services } from "@mdreader/api";
import { createId } from "@mdreader/db";
import { isTrackedEnvelope, TRPCError } from "@trpc/server";
import type { Logger } from "pino";
import { z } from "zod";

import type { MemoryBudgets } from "../../flow-control/memory-budgets.ts";
import type { ConnectionSlots } from "../../ws/connection-slots.ts";
import { createInFlightCalls, type InFlightCalls } from "../../ws/in-flight-calls.ts";
import type { SocketLimits } from "../../ws/limits.ts";
import { reconnectMessage } from "../../ws/registration.ts";
import { createSubscriptions, runSubscription, startMessage, toJson } from "../../ws/subscriptions.ts";
import type { Handler } from "../handler.ts";
import { parseJsonBody, readJsonBody } from "../procedure/body.ts";
import { createContext, send, toErrorShape } from "../procedure/call.ts";
import { wrongMethod } from "../procedure/errors.ts";
import { waitForPreviousResponse } from "../procedure/pipelining.ts";
import { apiHeaders } from "../response/headers.ts";
import {
  type EventStream,
  type EventStreamOptions,
  type Exchange,
  identify,
  openEventStream,
} from "./event-stream.ts";

/**
 * Serves subscriptions over HTTP, as Server-Sent Events, to clients that can't use a WebSocket.
 *
 * A stream belongs to one request, which names all its subscriptions. To change them, the client replaces the stream:
 * it sends the new list with the last event IDs, to any server.
 */
export interface Streams {
  /** `POST /stream`: all subscriptions of a client, in the messages of the WebSocket. */
  handler: Handler;
  /** `GET /trpc/<subscription>`: one subscription, in the events of tRPC's `httpSubscriptionLink`. */
  serveSubscription(exchange: Exchange, call: { path: string; query: URLSearchParams }): Promise<void>;
  count(): { connections: number; subscriptions: number };
  /** Rejects new streams and ends the open ones, so that clients reconnect. */
  drain(): void;
}

export interface StreamsOptions {
  services: Services;
  log: Logger;
  limits: SocketLimits;
  slots: ConnectionSlots;
  budgets: MemoryBudgets;
}

export function createStreams({ services, log, limits, slots, budgets }: StreamsOptions): Streams {
  /** The open streams, with the number of their subscriptions. */
  const streams = new Map<EventStream, Pick<InFlightCalls, "subscriptions">>();
  let isDraining = false;

  async function open(
    exchange: Exchange,
    context: Context,
    options: Pick<EventStreamOptions, "heartbeat" | "askToReconnect">,
    count: Pick<InFlightCalls, "subscriptions">,
  ): Promise<EventStream> {
    const { response } = exchange;
    const signedIn = await identify(context);
    await exchange.previous;
    if (isDraining || response.destroyed) throw new AppError("UNAVAILABLE");
    const stream = openEventStream(exchange, { context, signedIn }, { slots, limits, budgets, ...options });
    streams.set(stream, count);
    stream.signal.addEventListener("abort", () => streams.delete(stream));
    return stream;
  }

  // Procedures log their own failures.
  const onError = (error: unknown) => log.debug({ err: error }, "stream error");

  async function openAll(exchange: Exchange, context: Context): Promise<void> {
    const { request, response } = exchange;
    const text = await readJsonBody(request, { context, paths: largestCalls, budgets, response });
    const messages = parse(startMessages, parseJsonBody(text));
    const inFlight = createInFlightCalls({
      limits,
      isClosing: () => isDraining,
      onIdle: () => {},
      onRefusedUpdate: () => {},
    });
    const stream = await open(
      exchange,
      context,
      { heartbeat: ": heartbeat\n\n", askToReconnect: ({ write }) => write(toEvent(reconnectMessage)) },
      inFlight,
    );
    const sendText = (json: string) => stream.write(toEvent(json));
    const subscriptions = createSubscriptions({
      context: Promise.resolve(stream.context),
      send(message) {
        inFlight.outgoing(message);
        sendText(JSON.stringify(message));
        if (inFlight.subscriptions === 0) stream.end();
      },
      sendText,
      hasRoom: stream.hasRoom,
      onError,
    });
    stream.signal.addEventListener("abort", () => subscriptions.close());
    const accepted = messages.filter((message) => {
      const incoming = inFlight.incoming(message, JSON.stringify(message).length);
      if (incoming === null || "call" in incoming) return true;
      sendText(JSON.stringify(incoming.refusal));
      return false;
    });
    if (accepted.length === 0) stream.end();
    for (const message of accepted) subscriptions.handle(message);
  }

  async function respond(exchange: Exchange): Promise<void> {
    const { request, response, info, headers } = exchange;
    info.route = "stream";
    info.id = createId();
    let context: Context | undefined;
    try {
      // Clients ask whether this server, and not just a proxy in front of it, can be reached.
      if (request.method === "GET") return void response.writeHead(204, { ...headers, ...apiHeaders }).end();
      if (request.method !== "POST") throw wrongMethod();
      context = await createContext(services, request, info, null);
      await openAll(exchange, context);
    } catch (thrown) {
      if (response.headersSent) throw thrown;
      if (response.destroyed) return;
      const error = toErrorShape(thrown, context);
      const all = { ...headers, ...apiHeaders, "content-type": "application/json" };
      const body = [JSON.stringify({ error })];
      await send(request, response, { status: error.data.httpStatus, headers: all, body });
    }
  }

  async function serveSubscription(
    exchange: Exchange,
    { path, query }: { path: string; query: URLSearchParams },
  ): Promise<void> {
    const { request, response, info, headers } = exchange;
    info.id = createId();
    const given = query.get("input") ?? "";
    let context: Context | undefined;
    let input: unknown;
    try {
      context = await createContext(services, request, info, null);
      input = given === "" ? undefined : parseJsonBody(given);
      const lastEventId = parse(
        lastEventIdSchema,
        request.headers["last-event-id"] ?? query.get("lastEventId") ?? undefined,
      );
      const options = { heartbeat: "event: ping\ndata: \n\n", askToReconnect: endStream };
      const stream = await open(exchange, context, options, { subscriptions: 1 });
      stream.write(connectedEvent);
      await runSubscription(
        { path, input, lastEventId },
        stream.signal,
        {
          context: Promise.resolve(stream.context),
          sendText: stream.write,
          hasRoom: stream.hasRoom,
          onError,
        },
        {
          onStarted() {},
          encodeElement: encodeTrpcEvent,
          onStopped: () => !stream.signal.aborted && stream.write("event: return\ndata: \n\n"),
          onFailed: (error) => stream.write(toErrorEvent(error)),
        },
      );
      stream.end();
    } catch (thrown) {
      if (response.headersSent) throw thrown;
      if (response.destroyed) return;
      // An `EventSource` does not tell a page the reason of any other response.
      response
        .writeHead(200, { ...headers, ...apiHeaders, "content-type": "text/event-stream" })
        .end(connectedEvent + toErrorEvent(toErrorShape(thrown, context, path, input)));
    }
  }

  return {
    handler(request, response, info, headers) {
      const previous = waitForPreviousResponse(request, response);
      return respond({ request, response, info, headers, previous });
    },
    serveSubscription,
    count() {
      const counts = [...streams.values()].map(({ subscriptions }) => subscriptions);
      return { connections: counts.length, subscriptions: counts.reduce((sum, count) => sum + count, 0) };
    },
    drain() {
      isDraining = true;
      for (const stream of streams.keys()) stream.end();
    },
  };
}

/** The largest number of subscriptions in a request, above the limit of a stream, so that those beyond it get their refusals. */
const maxSubscriptions = 1_000;
const startMessages = z.array(startMessage).min(1).max(maxSubscriptions);

const lastEventIdSchema = z.string().max(200).optional();

/** @throws TRPCError */
function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TRPCError({ code: "BAD_REQUEST", cause: parsed.error });
}

/** The body of a stream may hold as much as one WebSocket message. */
const largestCalls = Array.from({ length: 10 }, () => "document.changes");

const endStream = (stream: EventStream): void => stream.end();

const toEvent = (json: string): string => `data: ${json}\n\n`;

/** Tells tRPC's client how soon to connect again, and after how much silence: some heartbeats. */
const connectedEvent = `retry: 500\nevent: connected\ndata: {"reconnectAfterInactivityMs":40000}\n\n`;

const toErrorEvent = (error: unknown): string => `event: serialized-error\ndata: ${toJson(error)}\n\n`;

function encodeTrpcEvent(element: unknown, encode: (data: unknown) => string): string {
  if (!isTrackedEnvelope(element)) return toEvent(encode(element));
  const [eventId, data] = element;
  return `data: ${encode(data)}\nid: ${eventId}\n\n`;
}
