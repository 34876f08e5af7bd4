import type { Socket } from "node:net";

import type { Backpressure } from "@mdreader/api";

import type { SocketLimits } from "../ws/limits.ts";
import { corkPerTick, createBackpressure, type Sender } from "./backpressure.ts";
import { countWritten, hasRoomInTurn } from "./event-loop-turns.ts";
import type { MemoryBudgets } from "./memory-budgets.ts";

/** Limits the bytes that a connection's client has not read. */
export interface SendBuffer {
  /** The network or user whose memory the unread bytes use. */
  readonly owner: string;
  /** Moves the unread bytes to another owner, when the client signs in. */
  setOwner(owner: string): void;
  /** Counts a message that is about to be sent. */
  countMessage(length: number): void;
  /** Closes the connection if its client reads too slowly. */
  closeIfSlow(): void;
  /** Whether the client has read enough to receive more in this turn of the event loop. */
  hasRoom(): boolean;
  waitForRoom: Backpressure;
  close(): void;
}

export interface SendBufferOptions {
  limits: Pick<SocketLimits, "slowBytes" | "maxBufferedBytes" | "stallTimeoutMs">;
  budgets: MemoryBudgets;
  owner: string;
}

/** @param transport The stream that `sender` writes to. */
export function createSendBuffer(
  sender: Sender,
  transport: Socket,
  { limits, budgets, owner: firstOwner }: SendBufferOptions,
): SendBuffer {
  let owner = firstOwner;
  let unread = budgets.responses.open(owner);
  const onDrain = () => void unread.setBytes(sender.bufferedAmount);
  transport.on("drain", onDrain);
  const together = corkPerTick(transport, closeIfSlow);

  function closeIfSlow(): void {
    const waiting = sender.bufferedAmount;
    const fits = unread.setBytes(waiting);
    if (waiting > (fits ? limits.maxBufferedBytes : limits.slowBytes)) sender.terminate();
  }

  return {
    get owner() {
      return owner;
    },
    setOwner(next) {
      unread.close();
      owner = next;
      unread = budgets.responses.open(owner);
    },
    countMessage(length) {
      closeIfSlow();
      together();
      countWritten(length);
    },
    closeIfSlow,
    hasRoom: () => sender.bufferedAmount < limits.slowBytes && hasRoomInTurn(),
    waitForRoom: createBackpressure(sender, transport, limits),
    close() {
      transport.off("drain", onDrain);
      unread.close();
    },
  };
}
