import { onClosed } from "../client-streams.ts";
import type { Client } from "../client.ts";
import type { PresenceEvent } from "../types.ts";
import { keepSubscribed } from "./keep-subscribed.ts";
import { createPresenceState } from "./presence-state.ts";

/** More events than this that wait to be read are replaced by one snapshot of what they led to. */
const maxWaiting = 200;

export interface WatchPresenceOptions {
  /** Ends the watching without an error, as closing the client does. */
  signal?: AbortSignal;
}

/**
 * Who is in a document, and what they do there: first a snapshot of everyone, then frames of what changed. After a lost
 * connection it goes on with a new snapshot. Watching is being there: others see the watcher among them.
 *
 * A reader that is slower than the room gets snapshots of the present instead of all that happened.
 *
 * @throws The server's refusal, when the document can't be read or can no longer be.
 */
export async function* watchPresence(
  client: Client,
  documentId: string,
  { signal }: WatchPresenceOptions = {},
): AsyncGenerator<PresenceEvent, void> {
  const clientId = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const room = createPresenceState();
  let waiting: PresenceEvent[] = [];
  /** Why it has ended, if it has. */
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
