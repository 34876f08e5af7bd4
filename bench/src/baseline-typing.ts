import { WebSocketServer } from "ws";
import * as Y from "yjs";

import { served } from "./child.ts";

/**
 * The baseline of typing: a plain `ws` server with a Yjs document in memory. It applies each update and sends it to the
 * other sockets. It checks, numbers, acknowledges and stores nothing.
 */
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
const doc = new Y.Doc();

server.on("connection", (socket) => {
  socket.on("message", (update: Buffer) => {
    Y.applyUpdate(doc, update);
    for (const other of server.clients) if (other !== socket) other.send(update);
  });
});

server.on("listening", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  served(`ws://127.0.0.1:${port}`, async () => {});
});
