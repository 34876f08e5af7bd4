import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { appRouter, toNetwork, type Services } from "@mdreader/api";
import { contractParam } from "@mdreader/contract";
import { createId } from "@mdreader/db";
import { getWSConnectionHandler } from "@trpc/server/adapters/ws";
import type { Logger } from "pino";
import { type WebSocket, WebSocketServer } from "ws";

import type { MemoryBudgets } from "../flow-control/memory-budgets.ts";
import { readClientAddress } from "../http/request/client-address.ts";
import type { Origins } from "../http/request/origins.ts";
import { readRequestInfo } from "../http/request/request-info.ts";
import type { ConnectionSlots } from "./connection-slots.ts";
import { type Connection, createConnection } from "./connection.ts";
import type { SocketLimits } from "./limits.ts";

/** Serves the procedures over WebSockets at `/ws`. */
export interface SocketServer {
  /** Upgrades a request to a WebSocket, or rejects it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  count(): { connections: number; subscriptions: number };
  /**
   * Rejects new sockets, and closes the existing ones when their calls have been answered, so that clients reconnect.
   */
  drain(): Promise<void>;
  /** Terminates the remaining connections. */
  terminate(): void;
}

export interface SocketServerOptions {
  services: Services;
  log: Logger;
  /** Receives one line per socket. */
  requests: Logger;
  origins: Origins;
  limits: SocketLimits;
  slots: ConnectionSlots;
  budgets: MemoryBudgets;
  /** Number of trusted proxies in front of the server. */
  proxies: number;
}

export function createSocketServer({
  services,
  log,
  requests,
  origins,
  limits,
  slots,
  budgets,
  proxies,
}: SocketServerOptions): SocketServer {
  const wss = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.maxPayload,
  });
  const connections = new Map<WebSocket, Connection>();
  let drained: PromiseWithResolvers<void> | null = null;

  /** Returns the HTTP status that rejects an upgrade; null if it is allowed. */
  function findRefusal(request: IncomingMessage): number | null {
    if (drained !== null) return 503;
    if (request.url?.split("?", 1)[0] !== "/ws") return 404;
    // Browsers allow any page to open a WebSocket to any host.
    if (!origins.isTrusted(request)) return 403;
    return slots.isFull ? 503 : null;
  }

  function open(socket: WebSocket, request: IncomingMessage, leave: () => void): void {
    const info = { ...readRequestInfo(request, proxies), id: createId(), route: "ws" };
    const start = performance.now();
    // Procedures log their own failures. The rest are invalid messages.
    const onError = (error: unknown) => log.debug({ err: error, id: info.id }, "socket error");
    const connection = createConnection(socket, request, {
      services,
      perUser: slots.perUser,
      limits,
      info,
      budgets,
      onError,
    });
    connections.set(socket, connection);
    socket.once("close", (code) => {
      leave();
      connections.delete(socket);
      if (connections.size === 0) drained?.resolve();
      requests.info({ id: info.id, code, ms: Math.round(performance.now() - start) }, "socket closed");
    });
    getWSConnectionHandler({
      wss,
      router: appRouter,
      createContext: ({ info: { connectionParams: params } }) =>
        connection.createContext(params?.["token"] ?? null, {
          contract: params?.[contractParam],
          traceparent: params?.["traceparent"],
        }),
      experimental_encoder: connection.encoder,
      maxBatchSize: limits.maxBatchSize,
      keepAlive: { enabled: true, pingMs: 30_000, pongWaitMs: 10_000 },
      onError: ({ error }) => onError(error),
    })(socket, request);
  }

  return {
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      const status = findRefusal(request);
      if (status !== null) return rejectUpgrade(socket, status);
      const leave = slots.acquire(toNetwork(readClientAddress(request, proxies)));
      if (leave === null) return rejectUpgrade(socket, 429);
      socket.once("close", leave);
      wss.handleUpgrade(request, socket, head, (client) => {
        try {
          open(client, request, leave);
        } catch (error) {
          // For example, because the Host header is malformed.
          log.warn({ err: error }, "failed to open a WebSocket");
          client.terminate();
        }
      });
    },
    count() {
      const subscriptions = [...connections.values()].reduce(
        (sum, { inFlight }) => sum + inFlight.subscriptions,
        0,
      );
      return { connections: connections.size, subscriptions };
    },
    drain() {
      if (drained === null) {
        drained = Promise.withResolvers();
        for (const connection of connections.values()) connection.drain();
        if (connections.size === 0) drained.resolve();
      }
      return drained.promise;
    },
    terminate() {
      for (const socket of connections.keys()) socket.terminate();
    },
  };
}

const statusTexts: Record<number, string> = {
  403: "Forbidden",
  404: "Not Found",
  429: "Too Many Requests",
  503: "Service Unavailable",
};

function rejectUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${statusTexts[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
