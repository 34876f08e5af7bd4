import { createServer } from "node:http";

import { WebSocketServer } from "ws";
import * as Y from "yjs";

import { listen } from "./baseline.ts";

/**
 * The baseline of typing: a plain `ws` server with a Yjs document in memory. It applies each update and sends it to the
 * other sockets. It checks, numbers, acknowledges and stores nothing.
 */
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const doc = new Y.Doc();

sockets.on("connection", (socket) => {
  socket.on("message", (update: Buffer) => {
    Y.applyUpdate(doc, update);
    for (const other of sockets.clients) if (other !== socket) other.send(update);
  });
});

listen(server, "ws");
