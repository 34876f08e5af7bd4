import { Awareness, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";

import type { Client } from "../client.ts";
import type { CursorPosition, PresenceEvent, PresenceMember, PresenceStatus } from "../types.ts";
import { overSocket } from "../via-web-socket.ts";
import { keepSubscribed } from "./keep-subscribed.ts";
import { createPresenceState } from "./presence-state.ts";
import { userColor } from "./user-color.ts";

/** What others' states in `awareness` are like: what editor bindings draw. */
export interface RemoteState {
  user: { id: string; name: string; color: string };
  cursor: { anchor: Y.RelativePosition; head: Y.RelativePosition } | null;
  status: PresenceStatus;
}

export interface BoundAwareness {
  awareness: Awareness;
  /** The person has edited the text just now. */
  onTyped(): void;
  /** Joins the room anew, under the document's client id of this moment. */
  rejoinRoom(): void;
  close(): void;
}

/** At most this often is one's own cursor sent, in milliseconds. */
const sendIntervalMs = 33;
/** While one connection takes the place of another, the room may be joined through the other; then again after this time. */
const retryDelayMs = 500;
/** How long after the last key a person counts as typing, and how long after the last move as being there. */
const typingTimeoutMs = 2_000;
const activeTimeoutMs = 3 * 60_000;

/**
 * Ties an awareness, as editor bindings take it, to the document's room: what the binding sets as the own state goes to
 * the server; what comes from there are the states of the others. Who they are is the server's word, not theirs.
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
      showMembers(awareness, []); // nobody knows who is there
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
    // What gets lost is sent again as soon as the room is joined anew.
    const { joined: arrived } = await client.presence.update
      .mutate(update, overSocket())
      .catch(() => ({ joined: true }));
    if (!arrived) retry = setTimeout(sender.request, retryDelayMs);
  });

  let calm: ReturnType<typeof setTimeout> | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;
  const setStatus = (status: PresenceStatus) => {
    if (awareness.getLocalState()?.["status"] !== status) awareness.setLocalStateField("status", status);
  };
  const stayPresent = () => {
    clearTimeout(idle);
    idle = setTimeout(() => setStatus("idle"), activeTimeoutMs);
  };

  let lastCursor = "null";
  awareness.on("change", (_changes: unknown, origin: unknown) => {
    if (origin !== "local" || closed) return;
    const cursor = JSON.stringify(toCursor(awareness.getLocalState()?.["cursor"]));
    if (cursor !== lastCursor) {
      lastCursor = cursor;
      stayPresent();
      if (awareness.getLocalState()?.["status"] === "idle") setStatus("viewing");
    }
    sender.request();
  });
  awareness.setLocalState({ cursor: null, status: "viewing" });
  stayPresent();

  return {
    awareness,
    onTyped() {
      setStatus("typing");
      stayPresent();
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

/** Makes the others in `awareness` those of the room, and tells its listeners what changed. */
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
    // The server says who leaves; by itself, nobody's state grows old here.
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

/** Of what an editor binding set, a cursor as it is sent. */
function toCursor(cursor: unknown): CursorPosition {
  if (typeof cursor !== "object" || cursor === null) return null;
  if (!("anchor" in cursor && "head" in cursor) || !cursor.anchor || !cursor.head) return null;
  return { anchor: toPosition(cursor.anchor), head: toPosition(cursor.head) };
}

/** Reads what is a position already, and what is the JSON of one. */
function toPosition(position: object): NonNullable<CursorPosition>["anchor"] {
  const { item, assoc } = Y.createRelativePositionFromJSON(position);
  return { tname: "content", ...(item && { item: { client: item.client, clock: item.clock } }), assoc };
}

const toStatus = (status: unknown): PresenceStatus =>
  status === "typing" || status === "idle" ? status : "viewing";

/** Runs `work` when asked to: one at a time, at most once each `pause` milliseconds, and always once after the last request. */
function createSender(pause: number, work: () => Promise<void>): { request(): void; stop(): void } {
  let requested = false;
  let running = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function run(): Promise<void> {
    running = true;
    requested = false;
    await work();
    timer = setTimeout(() => {
      running = false;
      if (requested) void run();
    }, pause);
  }
  return {
    request() {
      requested = true;
      if (!running) void run();
    },
    stop() {
      running = true;
      clearTimeout(timer);
    },
  };
}
