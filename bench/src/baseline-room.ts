import { WebSocketServer } from "ws";

import { served } from "./child.ts";

/**
 * The baseline of a room: a plain `ws` server that collects all moves, and broadcasts one frame of them 30 times a second. It
 * checks nothing.
 */
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
let moved = new Map<unknown, unknown>();

server.on("connection", (socket) => {
  socket.on("message", (bytes: Buffer) => {
    const move: unknown = JSON.parse(bytes.toString());
    if (typeof move === "object" && move !== null && "clientId" in move) moved.set(move.clientId, move);
  });
});
setInterval(() => {
  if (moved.size === 0) return;
  const frame = JSON.stringify({ type: "frame", moved: [...moved.values()] });
  moved = new Map();
  for (const socket of server.clients) socket.send(frame);
}, 33);

server.on("listening", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  served(`ws://127.0.0.1:${port}`, async () => {});
});
