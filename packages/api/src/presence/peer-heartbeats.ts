import type { Bus } from "../ports.ts";
import { createPoller } from "../util/poller.ts";
import type { SetTimer } from "../util/set-timer.ts";

/** Tracks the other servers of the deployment by their messages. The state that a server announced expires with it. */
export interface Peers {
  /** Records that a server has just sent a message. */
  onMessage(node: string): void;
  /** Calls `listener` for each server that has become silent, until the returned function is called. */
  onGone(listener: (node: string) => void): () => void;
  close(): void;
}

/** Milliseconds between two heartbeats. */
const heartbeatMs = 2_000;
/** Milliseconds of silence after which a server counts as gone. Servers of earlier versions send no heartbeat. */
const maxSilenceMs = { withHeartbeat: 7_000, without: 25_000 };

const channel = "presence";

/** Each server sends one message every two seconds, regardless of the number of rooms. */
export function createPeers(bus: Bus, nodeId: string, schedule: SetTimer): Peers {
  const peers = new Map<string, { lastMessageAt: number; hasHeartbeat: boolean }>();
  const listeners = new Set<(node: string) => void>();
  const recordMessage = (node: string, { hasHeartbeat }: { hasHeartbeat: boolean }) => {
    if (node === nodeId) return;
    const hadHeartbeat = peers.get(node)?.hasHeartbeat ?? false;
    peers.set(node, { lastMessageAt: Date.now(), hasHeartbeat: hadHeartbeat || hasHeartbeat });
  };

  let stop = () => {};
  if (bus.hasPeers) {
    const stopListening = bus.subscribe(channel, ({ node }) => {
      if (typeof node === "string") recordMessage(node, { hasHeartbeat: true });
    });
    const sendHeartbeat = () => {
      bus.publish(channel, { node: nodeId });
      for (const [node, { lastMessageAt: heardAt, hasHeartbeat }] of peers) {
        if (Date.now() - heardAt < maxSilenceMs[hasHeartbeat ? "withHeartbeat" : "without"]) continue;
        peers.delete(node);
        for (const listener of listeners) listener(node);
      }
    };
    const heartbeat = createPoller(schedule, heartbeatMs, sendHeartbeat);
    heartbeat.start();
    stop = () => {
      stopListening();
      heartbeat.stop();
    };
  }

  return {
    onMessage: (node) => recordMessage(node, { hasHeartbeat: false }),
    onGone(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => stop(),
  };
}
