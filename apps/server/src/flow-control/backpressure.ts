import type { Socket } from "node:net";
import { nextTick } from "node:process";

import type { Backpressure } from "@mdreader/api";

import type { SocketLimits } from "../ws/limits.ts";

/** The sending side of a connection: a WebSocket, or a response that streams. */
export interface Sender {
  /** Bytes that the client has not read yet. */
  readonly bufferedAmount: number;
  /** Closes the connection immediately. */
  terminate(): void;
}

/**
 * Makes streams wait for a client that reads too slowly. If it makes no progress for too long, its connection is
 * closed; it can reconnect and resume.
 *
 * @param transport The stream that `sender` writes to.
 */
export function createBackpressure(
  sender: Sender,
  transport: Socket,
  { slowBytes, stallTimeoutMs }: Pick<SocketLimits, "slowBytes" | "stallTimeoutMs">,
): Backpressure {
  let waiting: Promise<void> | null = null;

  const waitForDrain = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => sender.terminate(), stallTimeoutMs);
      const done = () => {
        clearTimeout(timer);
        transport.off("drain", done).off("close", done);
        waiting = null;
        resolve();
      };
      transport.on("drain", done).on("close", done);
    });

  return () => {
    if (sender.bufferedAmount < slowBytes || transport.destroyed) return null;
    waiting ??= waitForDrain();
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
