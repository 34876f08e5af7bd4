import { createServer } from "node:http";

import { WebSocketServer } from "ws";

import { listen } from "./baseline.ts";

/**
 * The baseline of a room: a plain `ws` server that collects all moves, and broadcasts one frame of them 30 times a second. It
 * checks nothing.
 */
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
let moved = new Map<unknown, unknown>();

sockets.on("connection", (socket) => {
  socket.on("message", (bytes: Buffer) => {
    const move: unknown = JSON.parse(bytes.toString());
    if (typeof move === "object" && move !== null && "clientId" in move) moved.set(move.clientId, move);
  });
});
setInterval(() => {
  if (moved.size === 0) return;
  const frame = JSON.stringify({ type: "frame", moved: [...moved.values()] });
  moved = new Map();
  for (const socket of sockets.clients) socket.send(frame);
}, 33);

listen(server, "ws");
