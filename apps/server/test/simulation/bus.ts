import type { Bus, BusMessage } from "@mdreader/api";

import type { Latency, Scheduler } from "./scheduler.ts";

/** The faults of messages between servers. */
export interface BusFaults {
  latency: Latency;
  /** The probabilities that a message is lost or duplicated. */
  loss: number;
  duplication: number;
}

/** The simulated bus between servers. A server's own listeners receive its messages immediately. */
export interface SharedBus {
  /** Connects a server. After `leave`, it neither sends nor receives. */
  join(name: string): { bus: Bus; leave(): void };
  /** Applies to all later messages. */
  faults: BusFaults;
}

interface Node {
  name: string;
  listeners: Map<string, Set<(message: BusMessage) => void>>;
  /** The channels to which the other servers know it is subscribed. */
  subscribed: Set<string>;
}

export function createSharedBus(scheduler: Scheduler, faults: BusFaults): SharedBus {
  const nodes = new Set<Node>();
  const shared: SharedBus = { join, faults };

  function deliver({ listeners }: Node, channel: string, message: BusMessage): void {
    for (const listener of Array.from(listeners.get(channel) ?? [])) listener(message);
  }

  function send(from: Node, to: Node, channel: string, message: BusMessage): void {
    const { latency, loss, duplication } = shared.faults;
    const way = `${from.name} to ${to.name}`;
    const chance = scheduler.random(`bus from ${way}`);
    const [isLost, isDoubled] = [chance.isLikely(loss), chance.isLikely(duplication)];
    for (let copy = isLost ? 1 : 0; copy < (isDoubled ? 2 : 1); copy += 1) {
      scheduler.time.after(scheduler.delay(`bus from ${way}`, latency), () => {
        if (!nodes.has(to) || !to.subscribed.has(channel)) return;
        scheduler.note(`bus from ${way}: ${channel.split(":", 1)[0]} ${String(message["seq"] ?? "")}`);
        deliver(to, channel, message);
      });
    }
  }

  function subscribe(node: Node, channel: string): void {
    // Messages are lost until the others know of a subscription. Then the listeners poll.
    scheduler.time.after(scheduler.delay(`subscriptions of ${node.name}`, shared.faults.latency), () => {
      if (!node.listeners.has(channel)) return;
      node.subscribed.add(channel);
      deliver(node, channel, {});
    });
  }

  function join(name: string) {
    const node: Node = { name, listeners: new Map(), subscribed: new Set() };
    nodes.add(node);
    const bus: Bus = {
      hasPeers: true,
      publish(channel, message) {
        if (!nodes.has(node)) return;
        deliver(node, channel, message);
        for (const other of nodes) if (other !== node) send(node, other, channel, cloneMessage(message));
      },
      subscribe(channel, listener) {
        const entry = (message: BusMessage) => listener(message);
        const listeners = node.listeners.get(channel);
        node.listeners.set(channel, (listeners ?? new Set()).add(entry));
        if (listeners === undefined) subscribe(node, channel);
        return () => {
          const left = node.listeners.get(channel);
          left?.delete(entry);
          if (left?.size !== 0) return;
          node.listeners.delete(channel);
          node.subscribed.delete(channel);
        };
      },
    };
    return { bus, leave: () => void nodes.delete(node) };
  }

  return shared;
}

/** Copies a message, as a network would. */
const cloneMessage = (message: BusMessage): BusMessage =>
  Object.fromEntries(
    Object.entries(message).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? Uint8Array.from(value) : value,
    ]),
  );
