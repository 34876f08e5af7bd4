import { maxBodyBytes } from "../call-sizes.ts";

/** How much the sockets may ask for. Bytes and milliseconds. */
export interface SocketLimits {
  /** Sockets at once, of all, from one network, and of one person or key. */
  total: number;
  perNetwork: number;
  perCaller: number;

  /** What a socket that nobody has signed in on may do before it is closed. */
  unauthenticatedTimeoutMs: number;
  unauthenticatedBytes: number;
  unauthenticatedMessages: number;

  /** The largest message. */
  maxPayload: number;
  /** Calls in one message. */
  maxBatchSize: number;
  /** Calls under way, and subscriptions, on one socket. */
  calls: number;
  subscriptions: number;
  /** Queries of one person that run at once, over all their sockets; the others wait. */
  queriesPerCaller: number;

  /**
   * From how many bytes on that a socket has not taken yet streams wait, and at how many it is given up. Where all sockets
   * of its person or of the process hold too much together, it is given up at `slowBytes`.
   */
  slowBytes: number;
  maxBufferedBytes: number;
  /** How long streams wait for a socket that takes nothing before it is given up. */
  stallTimeoutMs: number;

  /** How long before its token expires a socket is asked to come back with a new one. */
  renewalMs: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;

export const defaultSocketLimits: SocketLimits = {
  total: 10_000,
  perNetwork: 5_000,
  perCaller: 100,

  unauthenticatedTimeoutMs: 10_000,
  unauthenticatedBytes: 64 * KiB,
  unauthenticatedMessages: 20,

  maxPayload: maxBodyBytes,
  maxBatchSize: 20,
  calls: 100,
  subscriptions: 100,
  queriesPerCaller: 6,

  slowBytes: 1 * MiB,
  maxBufferedBytes: 8 * MiB,
  stallTimeoutMs: 30_000,

  // Clients renew a token of their own accord when it has less than 30 seconds to live.
  renewalMs: 20_000,
};
