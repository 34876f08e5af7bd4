import { maxBodyBytes } from "../flow-control/call-sizes.ts";

/** Limits of WebSockets and HTTP streams, in bytes and milliseconds. */
export interface SocketLimits {
  /** Maximum number of open sockets and streams: in total, per network, and per user or API key. */
  total: number;
  perNetwork: number;
  perCaller: number;

  /** Limits before sign-in. A socket that exceeds them is closed. */
  unauthenticatedTimeoutMs: number;
  unauthenticatedBytes: number;
  unauthenticatedMessages: number;

  /** Maximum size of a message. */
  maxPayload: number;
  /** Maximum number of calls in a message. */
  maxBatchSize: number;
  /** Maximum number of calls in flight, and of subscriptions, per socket. */
  calls: number;
  subscriptions: number;

  /**
   * Unread bytes at which streams wait, and at which the socket is closed. If all sockets of its user or of the process
   * hold too much, it is closed at `slowBytes`.
   */
  slowBytes: number;
  maxBufferedBytes: number;
  /** The time for which streams wait for a client that reads nothing before its socket is closed. */
  stallTimeoutMs: number;

  /** The interval between two heartbeats of an HTTP stream. Proxies close responses that send nothing for a minute. */
  heartbeatMs: number;

  /** The time before the expiry of its token at which a client is asked to reconnect with a new one. */
  renewalMs: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;

export const defaultSocketLimits: SocketLimits = {
  total: 10_000,
  perNetwork: 5_000,
  perCaller: 250,

  unauthenticatedTimeoutMs: 10_000,
  unauthenticatedBytes: 64 * KiB,
  unauthenticatedMessages: 20,

  maxPayload: maxBodyBytes,
  maxBatchSize: 100,
  calls: 100,
  subscriptions: 100,

  slowBytes: 1 * MiB,
  maxBufferedBytes: 8 * MiB,
  stallTimeoutMs: 30_000,

  heartbeatMs: 15_000,

  // Clients renew their token when it expires in less than 30 seconds.
  renewalMs: 20_000,
};
