import { Awareness, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";

import type { Client } from "../client.ts";
import type { CursorPosition, PresenceEvent, PresenceMember, PresenceStatus } from "../types.ts";
import { overSocket } from "../via-web-socket.ts";
import { keepSubscribed } from "./keep-subscribed.ts";
import { createPresenceState } from "./presence-state.ts";
import { userColor } from "./user-color.ts";

/** The state of another user in `awareness`, as editor bindings render it. */
export interface RemoteState {
  user: { id: string; name: string; color: string };
  cursor: { anchor: Y.RelativePosition; head: Y.RelativePosition } | null;
  status: PresenceStatus;
}

export interface BoundAwareness {
  awareness: Awareness;
  /** Called after a local edit. */
  onTyped(): void;
  /** Rejoins the room under the document's current client ID. */
  rejoinRoom(): void;
  close(): void;
}

/** The minimum interval between two sends of the local cursor. */
const sendIntervalMs = 33;
/** The delay before a retry when the room is still joined through a previous connection. */
const retryDelayMs = 500;
/** The time after the last keystroke during which a user is typing, and after the last cursor move until they are idle. */
const typingTimeoutMs = 2_000;
const activeTimeoutMs = 3 * 60_000;

/**
 * Binds an awareness instance to the document's room. The binding's local state is sent to the server, and the states of
 * other users come from the server. The server, not the other client, supplies their identities.
 */
export function bindAwareness(client: Client, documentId: string, doc: Y.Doc): BoundAwareness {
  const awareness = new Awareness(doc);
  let clientId = doc.clientID;
  const room = createPresenceState();
  let joined = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const following = keepSubscribed<PresenceEvent>({
    subscribe: (handlers) => client.presence.stream.subscribe({ documentId, clientId }, handlers),
    onData(event) {
      if (!room.apply(event)) return;
      showMembers(awareness, room.members());
      if (event.type === "snapshot") {
        joined = true;
        sender.request();
      }
    },
    onOnline(online) {
      if (online) return;
      joined = false;
      showMembers(awareness, []); // the members are unknown while offline
    },
    onEnded: () => {},
  });

  const sender = createSender(sendIntervalMs, async () => {
    if (!joined) return;
    const state = awareness.getLocalState() ?? {};
    const update = {
      documentId,
      clientId,
      cursor: toCursor(state["cursor"]),
      status: toStatus(state["status"]),
    };
    // A lost update is sent again when the room is rejoined.
    const { joined: arrived } = await client.presence.update
      .mutate(update, overSocket())
      .catch(() => ({ joined: true }));
    if (!arrived && !closed) retry = setTimeout(sender.request, retryDelayMs);
  });

  let calm: ReturnType<typeof setTimeout> | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;
  const setStatus = (status: PresenceStatus) => {
    if (awareness.getLocalState()?.["status"] !== status) awareness.setLocalStateField("status", status);
  };
  const postponeIdle = () => {
    clearTimeout(idle);
    idle = setTimeout(() => setStatus("idle"), activeTimeoutMs);
  };

  let lastCursor = "null";
  awareness.on("change", (_changes: unknown, origin: unknown) => {
    if (origin !== "local" || closed) return;
    const cursor = JSON.stringify(toCursor(awareness.getLocalState()?.["cursor"]));
    if (cursor !== lastCursor) {
      lastCursor = cursor;
      postponeIdle();
      if (awareness.getLocalState()?.["status"] === "idle") setStatus("viewing");
    }
    sender.request();
  });
  awareness.setLocalState({ cursor: null, status: "viewing" });
  postponeIdle();

  return {
    awareness,
    onTyped() {
      setStatus("typing");
      postponeIdle();
      clearTimeout(calm);
      calm = setTimeout(() => setStatus("viewing"), typingTimeoutMs);
    },
    rejoinRoom() {
      if (doc.clientID !== clientId) {
        const state = awareness.getLocalState();
        awareness.states.delete(clientId);
        awareness.meta.delete(clientId);
        clientId = doc.clientID;
        awareness.clientID = clientId;
        awareness.setLocalState(state);
      }
      following.restart(0);
    },
    close() {
      closed = true;
      clearTimeout(calm);
      clearTimeout(idle);
      clearTimeout(retry);
      sender.stop();
      following.stop();
      showMembers(awareness, []);
      awareness.destroy();
    },
  };
}

/** Sets the remote states in `awareness` to those of the room, and notifies its listeners of changes. */
function showMembers(awareness: Awareness, members: readonly PresenceMember[]): void {
  const others = new Map(
    members.flatMap((member) => (member.clientId === awareness.clientID ? [] : [[member.clientId, member]])),
  );
  const gone = [...awareness.states.keys()].filter((id) => id !== awareness.clientID && !others.has(id));
  if (gone.length > 0) removeAwarenessStates(awareness, gone, "remote");

  const added: number[] = [];
  const updated: number[] = [];
  for (const [clientId, member] of others) {
    const state = toRemoteState(member);
    const before = awareness.states.get(clientId);
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(state)) continue;
    (before === undefined ? added : updated).push(clientId);
    awareness.states.set(clientId, state);
    // The server announces departures, so states must not expire locally.
    awareness.meta.set(clientId, { clock: 0, lastUpdated: Infinity });
  }
  if (added.length + updated.length === 0) return;
  const changes = [{ added, updated, removed: [] }, "remote"];
  awareness.emit("change", changes);
  awareness.emit("update", changes);
}

function toRemoteState({ user, cursor, status }: PresenceMember): RemoteState {
  return {
    user: { id: user.id, name: user.fullName ?? user.username, color: userColor(user.id) },
    cursor: cursor && {
      anchor: Y.createRelativePositionFromJSON(cursor.anchor),
      head: Y.createRelativePositionFromJSON(cursor.head),
    },
    status,
  };
}

/** Converts the cursor of an editor binding to its wire format. */
function toCursor(cursor: unknown): CursorPosition {
  if (typeof cursor !== "object" || cursor === null) return null;
  if (!("anchor" in cursor && "head" in cursor) || !cursor.anchor || !cursor.head) return null;
  return { anchor: toPosition(cursor.anchor), head: toPosition(cursor.head) };
}

/** Converts a relative position or its JSON to the wire format. */
function toPosition(position: object): NonNullable<CursorPosition>["anchor"] {
  const { item, assoc } = Y.createRelativePositionFromJSON(position);
  return { tname: "content", ...(item && { item: { client: item.client, clock: item.clock } }), assoc };
}

const toStatus = (status: unknown): PresenceStatus =>
  status === "typing" || status === "idle" ? status : "viewing";

/** Throttles `work`: one run at a time, at most one every `intervalMs` milliseconds, and always one after the last request. */
function createSender(intervalMs: number, work: () => Promise<void>): { request(): void; stop(): void } {
  let requested = false;
  let running = false;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function run(): Promise<void> {
    const startedAt = performance.now();
    running = true;
    requested = false;
    await work();
    if (stopped) return;
    // The server answers with its next frame, up to an interval later.
    const restMs = startedAt + intervalMs - performance.now();
    timer = setTimeout(
      () => {
        running = false;
        if (requested) void run();
      },
      Math.max(0, restMs),
    );
  }
  return {
    request() {
      requested = true;
      if (!running && !stopped) void run();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
