import type { Socket } from "node:net";
import { nextTick } from "node:process";

import type { Backpressure } from "@mdreader/api";
import type { WebSocket } from "ws";

import type { SocketLimits } from "./limits.ts";

/**
 * Lets streams wait for a socket that does not take what it is sent. One that takes nothing for too long is given up:
 * its client, if it is still there, comes back and goes on where it was.
 *
 * @param transport What `socket` writes to.
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
 * Lets what is sent on a socket in one moment leave together: the answers to calls that Postgres has answered together
 * cost one call of the system then, not one each. To be called before each message.
 * @param onWritten Is called when they have left.
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
