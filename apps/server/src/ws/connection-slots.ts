import { createKeyedLimiter, type KeyedLimiter } from "./keyed-limiter.ts";
import type { SocketLimits } from "./limits.ts";

/** Limits the number of connections: WebSockets and HTTP streams together. */
export interface ConnectionSlots {
  /** Whether the server has as many connections as it may. */
  readonly isFull: boolean;
  /** Adds a connection of a network. @returns A function that removes it; null if the network has too many. */
  acquire(network: string): (() => void) | null;
  /** The connections per user. */
  callers: KeyedLimiter;
}

export function createConnectionSlots({
  total,
  perNetwork,
}: Pick<SocketLimits, "total" | "perNetwork">): ConnectionSlots {
  const networks = createKeyedLimiter();
  let count = 0;
  return {
    get isFull() {
      return count >= total;
    },
    acquire(network) {
      const leave = networks.acquire(network, perNetwork);
      if (leave === null) return null;
      count += 1;
      let isOpen = true;
      return () => {
        if (isOpen) count -= 1;
        isOpen = false;
        leave();
      };
    },
    callers: createKeyedLimiter(),
  };
}
