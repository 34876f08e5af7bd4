import { onClosed } from "../client-streams.ts";
import type { Client } from "../client.ts";
import type { PresenceEvent } from "../types.ts";
import { keepSubscribed } from "./keep-subscribed.ts";
import { createPresenceState } from "./presence-state.ts";

/** The largest number of unread events. Beyond it, one snapshot replaces them. */
const maxWaiting = 200;

export interface WatchPresenceOptions {
  /** Ends the stream without an error, as closing the client does. */
  signal?: AbortSignal;
}

/**
 * Streams the presence in a document: first a snapshot of all members, then frames of changes. After a lost connection,
 * the stream continues with a new snapshot. Subscribing makes the user visible to other members.
 *
 * A slow reader gets snapshots of the current state instead of every change.
 *
 * @throws The server's error when the document cannot be read, or no longer.
 */
export async function* watchPresence(
  client: Client,
  documentId: string,
  { signal }: WatchPresenceOptions = {},
): AsyncGenerator<PresenceEvent, void> {
  const clientId = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const room = createPresenceState();
  let waiting: PresenceEvent[] = [];
  /** Why the stream ends: an error, or nothing if it was stopped, which takes precedence. */
  const ends: { error?: unknown }[] = [];
  let changed = Promise.withResolvers<void>();
  const notify = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const stop = () => {
    ends.unshift({});
    waiting = [];
    notify();
  };

  const following = keepSubscribed<PresenceEvent>({
    subscribe: (handlers) => client.presence.stream.subscribe({ documentId, clientId }, handlers),
    onData(event) {
      if (!room.apply(event)) return;
      if (event.type === "snapshot") waiting = [];
      waiting.push(event);
      if (waiting.length > maxWaiting) waiting = [{ type: "snapshot", members: room.members() }];
      notify();
    },
    onOnline: () => {},
    onEnded(error) {
      ends.push({ error });
      notify();
    },
  });
  const callOff = onClosed(client, stop);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted === true) stop();
  try {
    for (;;) {
      const next = changed.promise;
      const event = waiting.shift();
      const [end] = ends;
      if (event !== undefined) yield event;
      else if (end === undefined) await next;
      else if ("error" in end) throw end.error;
      else return;
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    callOff();
    following.stop();
  }
}
