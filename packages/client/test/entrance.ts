import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Socket } from "node:net";

import { WebSocketServer } from "ws";

/** A proxy to a server that handles the first connections itself. */
export interface Entrance extends AsyncDisposable {
  port: number;
  /** The number of connections so far. */
  connections(): number;
  /** Silently drops all data on the open connections from now on. */
  stall(): void;
}

/** Leaves a connection unanswered. */
export const ignore = () => {};

/** Accepts a WebSocket and sends nothing. */
export function createDeafSockets(): (socket: Socket) => void {
  const deaf = new WebSocketServer({ noServer: true });
  const http = createHttpServer().on("upgrade", (request, socket, head) => {
    deaf.handleUpgrade(request, socket, head, () => {});
  });
  return (socket) => void http.emit("connection", socket);
}

/**
 * Passes the first two connections to `handleFirst`, and forwards later ones to the server at `url`. Without `handleFirst`, it forwards
 * all.
 */
export async function createEntrance(url: string, handleFirst?: (socket: Socket) => void): Promise<Entrance> {
  let connections = 0;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on("error", () => {}));
    connections += 1;
    if (handleFirst && connections <= 2) return handleFirst(socket);
    const through = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
    open.add(through);
    socket.pipe(through).pipe(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    port: address.port,
    connections: () => connections,
    stall() {
      for (const socket of open) socket.unpipe().resume();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
