import { createConcurrencyLimiter, type ConcurrencyLimiter } from "./concurrency-limiter.ts";
import type { SocketLimits } from "./limits.ts";

/** Limits the number of connections: WebSockets and HTTP streams together. */
export interface ConnectionSlots {
  /** Whether the server has as many connections as it may. */
  readonly isFull: boolean;
  /** Adds a connection of a network. @returns A function that removes it; null if the network has too many. */
  acquire(network: string): (() => void) | null;
  /** Limits the connections of each user. */
  perUser: ConcurrencyLimiter;
}

export function createConnectionSlots({
  total,
  perNetwork,
}: Pick<SocketLimits, "total" | "perNetwork">): ConnectionSlots {
  const networks = createConcurrencyLimiter();
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
    perUser: createConcurrencyLimiter(),
  };
}
