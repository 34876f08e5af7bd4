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
  /** The error that ended the stream, if any. */
  const failure: unknown[] = [];
  let wake = () => {};

  const following = keepSubscribed<PresenceEvent>({
    subscribe: (handlers) => client.presence.stream.subscribe({ documentId, clientId }, handlers),
    onData(event) {
      if (!room.apply(event)) return;
      if (event.type === "snapshot") waiting = [];
      waiting.push(event);
      if (waiting.length > maxWaiting) waiting = [{ type: "snapshot", members: room.members() }];
      wake();
    },
    onOnline: () => {},
    onEnded(error) {
      failure.push(error);
      wake();
    },
  });
  let closed = false;
  const callOff = onClosed(client, () => {
    closed = true;
    wake();
  });
  const onAbort = () => wake();
  signal?.addEventListener("abort", onAbort);
  try {
    for (;;) {
      if (closed || signal?.aborted === true) return;
      const event = waiting.shift();
      if (event !== undefined) yield event;
      else if (failure.length > 0) throw failure[0];
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    callOff();
    following.stop();
  }
}
