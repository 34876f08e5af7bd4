import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Socket } from "node:net";

import { WebSocketServer } from "ws";

/** A way to a server that meets the first connections in another way than the server would. */
export interface Entrance extends AsyncDisposable {
  port: number;
  /** How many connections there have been. */
  connections(): number;
}

/** Says nothing to a connection. */
export const ignore = () => {};

/** Opens a WebSocket, and says nothing on it. */
export function createDeafSockets(): (socket: Socket) => void {
  const deaf = new WebSocketServer({ noServer: true });
  const http = createHttpServer().on("upgrade", (request, socket, head) => {
    deaf.handleUpgrade(request, socket, head, () => {});
  });
  return (socket) => void http.emit("connection", socket);
}

/** Passes connections on to the server at an address, after the first two, which `meet` is given. */
export async function createEntrance(url: string, meet: (socket: Socket) => void): Promise<Entrance> {
  let connections = 0;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on("error", () => {}));
    connections += 1;
    if (connections <= 2) return meet(socket);
    const through = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
    open.add(through);
    socket.pipe(through).pipe(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on no port");
  return {
    port: address.port,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
