import type { IncomingMessage, ServerResponse } from "node:http";

import { AppError, type Context, identifyCaller, requireCredential, toNetwork } from "@mdreader/api";

import { waitToWrite } from "../../flow-control/event-loop-turns.ts";
import type { MemoryBudgets } from "../../flow-control/memory-budgets.ts";
import { createSendBuffer } from "../../flow-control/send-buffer.ts";
import type { ConnectionSlots } from "../../ws/connection-slots.ts";
import type { SocketLimits } from "../../ws/limits.ts";
import { registerConnection, type SignedIn } from "../../ws/registration.ts";
import type { RequestInfo } from "../request/request-info.ts";
import { apiHeaders, type Headers } from "../response/headers.ts";

/** The response to a request that streams Server-Sent Events, with the limits of a WebSocket. */
export interface EventStream {
  /** The context of its subscriptions. */
  context: Context;
  /** Aborts when the connection has closed. */
  signal: AbortSignal;
  /** Sends one or more events. */
  write(events: string): void;
  /** Whether the client has read enough to receive more. */
  hasRoom(): boolean;
  /** Ends the response, so that the client connects again if it still has subscriptions. */
  end(): void;
}

export interface EventStreamOptions {
  slots: ConnectionSlots;
  limits: SocketLimits;
  budgets: MemoryBudgets;
  /** An event that tells the client and proxies that the connection is alive. */
  heartbeat: string;
  /** Asks the client to connect again, with a new token. */
  askToReconnect(stream: EventStream): void;
}

/** @throws AppError if the caller is unknown. */
export async function identify(context: Context): Promise<SignedIn> {
  const credential = requireCredential(context);
  const caller = await identifyCaller(context, credential);
  if (caller === null) throw new AppError("SESSION_ENDED");
  return { credential, caller };
}

/** The time in which a client must read the rest of a response that has ended. */
const maxEndingMs = 2_000;

/** @throws AppError if there are too many connections. The response has not been started then. */
export function openEventStream(
  { request, response, info, headers }: Exchange,
  { context, signedIn }: { context: Context; signedIn: SignedIn },
  { slots, limits, budgets, heartbeat, askToReconnect }: EventStreamOptions,
): EventStream {
  using opening = new DisposableStack();
  const transport = request.socket;
  const sender = {
    get bufferedAmount() {
      return response.writableLength;
    },
    terminate: () => transport.destroy(),
  };
  const { id } = info;

  if (slots.isFull) throw new AppError("UNAVAILABLE");
  const leave = slots.acquire(toNetwork(info.ipAddress));
  if (leave === null) throw new AppError("RATE_LIMITED", { retryAfter: 5 });
  opening.defer(leave);
  registerConnection(signedIn, {
    services: context,
    perUser: slots.perUser,
    limits,
    info,
    cleanup: opening,
    askToReconnect: () => askToReconnect(stream),
    close: () => stream.end(),
  });
  const sendBuffer = createSendBuffer(sender, transport, { limits, budgets, owner: signedIn.caller.userId });
  opening.defer(() => sendBuffer.close());
  const closed = new AbortController();
  opening.defer(() => closed.abort());
  let ending: NodeJS.Timeout | undefined;
  opening.defer(() => clearTimeout(ending));

  const stream: EventStream = {
    context: {
      ...context,
      request: {
        ...context.request,
        id,
        connectionId: id,
        applyBackpressure: () => sendBuffer.waitForRoom() ?? waitToWrite(),
      },
    },
    signal: closed.signal,
    write(events) {
      if (response.writableEnded || response.destroyed) return;
      sendBuffer.countMessage(events.length);
      response.write(events);
    },
    hasRoom: sendBuffer.hasRoom,
    end() {
      closed.abort();
      response.end();
      // Afterward, the connection may serve another request.
      if (!response.closed) ending ??= setTimeout(() => transport.destroy(), maxEndingMs).unref();
    },
  };
  const heartbeats = setInterval(() => stream.write(heartbeat), limits.heartbeatMs).unref();
  opening.defer(() => clearInterval(heartbeats));
  const cleanup = opening.move();
  response.once("close", () => cleanup.dispose());
  response.writeHead(200, { ...headers, ...apiHeaders, ...eventStreamHeaders, "x-request-id": id });
  response.flushHeaders();
  return stream;
}

/** A request, its response, and the information about them. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  info: RequestInfo;
  headers: Headers;
  /** Resolves when the previous response of the connection has been sent. */
  previous: Promise<void>;
}

const eventStreamHeaders: Headers = {
  "content-type": "text/event-stream",
  // Compression would hold events back.
  "cache-control": "no-store, no-transform",
  // nginx passes each event on immediately.
  "x-accel-buffering": "no",
};
