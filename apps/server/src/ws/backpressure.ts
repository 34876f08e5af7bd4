import type { Socket } from "node:net";
import { nextTick } from "node:process";

import type { Backpressure } from "@mdreader/api";
import type { WebSocket } from "ws";

import type { SocketLimits } from "./limits.ts";

/**
 * Makes streams wait for a socket whose client reads too slowly. A socket that makes no progress for too long is
 * closed; its client can reconnect and resume.
 *
 * @param transport The stream that `socket` writes to.
 */
export function createBackpressure(
  socket: WebSocket,
  transport: Socket,
  { slowBytes, stallTimeoutMs }: Pick<SocketLimits, "slowBytes" | "stallTimeoutMs">,
): Backpressure {
  let waiting: Promise<void> | null = null;

  const drained = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => socket.terminate(), stallTimeoutMs);
      const done = () => {
        clearTimeout(timer);
        transport.off("drain", done).off("close", done);
        waiting = null;
        resolve();
      };
      transport.on("drain", done).on("close", done);
    });

  return () => {
    if (socket.bufferedAmount < slowBytes || transport.destroyed) return null;
    waiting ??= drained();
    return waiting;
  };
}

/**
 * Sends the messages of one tick together, so that responses from the same database round trip cost one system call
 * instead of one each. Call it before each message.
 * @param onWritten Called when they have been sent.
 */
export function corkPerTick(transport: Socket, onWritten: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    transport.cork();
    nextTick(() => {
      waiting = false;
      transport.uncork();
      onWritten();
    });
  };
}
