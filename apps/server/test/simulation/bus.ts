import type { Bus, BusMessage } from "@mdreader/api";

import type { Latency, World } from "./world.ts";

/** What becomes of messages between servers. */
export interface BusFaults {
  latency: Latency;
  /** How likely one is lost, or comes twice. */
  loss: number;
  duplication: number;
}

/** What several servers tell each other, as over Redis: a server's own listeners hear it at once. */
export interface SharedBus {
  /** A server's end. `leave` is its end: it hears and says nothing any more. */
  join(name: string): { bus: Bus; leave(): void };
  /** From now on, messages fare so. */
  faults: BusFaults;
}

interface Node {
  name: string;
  listeners: Map<string, Set<(message: BusMessage) => void>>;
  /** The channels that the others know it listens to. */
  subscribed: Set<string>;
}

export function createSharedBus(world: World, faults: BusFaults): SharedBus {
  const nodes = new Set<Node>();
  const shared: SharedBus = { join, faults };

  function deliver({ listeners }: Node, channel: string, message: BusMessage): void {
    for (const listener of Array.from(listeners.get(channel) ?? [])) listener(message);
  }

  function send(from: Node, to: Node, channel: string, message: BusMessage): void {
    const { latency, loss, duplication } = shared.faults;
    const way = `${from.name} to ${to.name}`;
    const chance = world.random(`bus from ${way}`);
    const [isLost, isDoubled] = [chance.isLikely(loss), chance.isLikely(duplication)];
    for (let copy = isLost ? 1 : 0; copy < (isDoubled ? 2 : 1); copy += 1) {
      world.time.after(world.delay(`bus from ${way}`, latency), () => {
        if (!nodes.has(to) || !to.subscribed.has(channel)) return;
        world.note(`bus from ${way}: ${channel.split(":", 1)[0]} ${String(message["seq"] ?? "")}`);
        deliver(to, channel, message);
      });
    }
  }

  function subscribe(node: Node, channel: string): void {
    // What is said before the others know is lost: then the listeners look for themselves.
    world.time.after(world.delay(`subscriptions of ${node.name}`, shared.faults.latency), () => {
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
        for (const other of nodes) if (other !== node) send(node, other, channel, copyOf(message));
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

/** As it arrives elsewhere: nobody holds the same bytes. */
const copyOf = (message: BusMessage): BusMessage =>
  Object.fromEntries(
    Object.entries(message).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? Uint8Array.from(value) : value,
    ]),
  );
