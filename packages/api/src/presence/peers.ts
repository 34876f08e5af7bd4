import type { Bus } from "../ports.ts";
import type { SetTimer } from "../util/set-timer.ts";

/** The other servers of the deployment, as far as they are heard of: what they have told of ends with them. */
export interface Peers {
  /** Notes that a server has just said something. */
  heard(node: string): void;
  /** Calls `gone` for each server that has fallen silent, until the answer is called. */
  onGone(gone: (node: string) => void): () => void;
  close(): void;
}

/** Milliseconds between two heartbeats. */
const heartbeatMs = 2_000;
/** Milliseconds of silence after which a server is taken to be gone. One of an earlier version has no heartbeat. */
const maxSilenceMs = { withHeartbeat: 7_000, without: 25_000 };

const channel = "presence";

/** One message from each server every two seconds, however many rooms there are. */
export function createPeers(bus: Bus, nodeId: string, schedule: SetTimer): Peers {
  const peers = new Map<string, { heardAt: number; hasHeartbeat: boolean }>();
  const listeners = new Set<(node: string) => void>();
  const note = (node: string, hasHeartbeat: boolean) => {
    if (node === nodeId) return;
    const known = peers.get(node)?.hasHeartbeat ?? false;
    peers.set(node, { heardAt: Date.now(), hasHeartbeat: known || hasHeartbeat });
  };

  let stop = () => {};
  if (bus.hasPeers) {
    const stopListening = bus.subscribe(channel, ({ node }) => {
      if (typeof node === "string") note(node, true);
    });
    let cancel = () => {};
    const beat = () => {
      bus.publish(channel, { node: nodeId });
      for (const [node, { heardAt, hasHeartbeat }] of peers) {
        if (Date.now() - heardAt < maxSilenceMs[hasHeartbeat ? "withHeartbeat" : "without"]) continue;
        peers.delete(node);
        for (const gone of listeners) gone(node);
      }
      cancel = schedule(beat, heartbeatMs);
    };
    cancel = schedule(beat, heartbeatMs);
    stop = () => {
      stopListening();
      cancel();
    };
  }

  return {
    heard: (node) => note(node, false),
    onGone(gone) {
      listeners.add(gone);
      return () => void listeners.delete(gone);
    },
    close: () => stop(),
  };
}
