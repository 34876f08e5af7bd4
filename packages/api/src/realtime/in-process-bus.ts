import type { Bus, BusMessage } from "../ports.ts";

/** The bus of a server that is the only one: messages go straight to who listens in this process. */
export function createInProcessBus(): Bus {
  const channels = new Map<string, Set<(message: BusMessage) => void>>();
  return {
    hasPeers: false,
    publish(channel, message) {
      for (const listener of Array.from(channels.get(channel) ?? [])) listener(message);
    },
    subscribe(channel, listener) {
      // A wrapper of its own, so that one function may listen twice.
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
