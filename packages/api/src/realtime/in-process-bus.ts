import type { Bus, BusMessage } from "../ports.ts";

/** The bus of a single server: messages go directly to the listeners in this process. */
export function createInProcessBus(): Bus {
  const channels = new Map<string, Set<(message: BusMessage) => void>>();
  return {
    hasPeers: false,
    publish(channel, message) {
      for (const listener of Array.from(channels.get(channel) ?? [])) listener(message);
    },
    subscribe(channel, listener) {
      // A separate wrapper lets the same function subscribe twice.
      const entry = (message: BusMessage) => listener(message);
      const listeners = channels.get(channel) ?? new Set();
      channels.set(channel, listeners.add(entry));
      return () => {
        listeners.delete(entry);
        if (listeners.size === 0 && channels.get(channel) === listeners) channels.delete(channel);
      };
    },
  };
}
