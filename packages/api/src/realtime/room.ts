import type { MemberKey, PresenceEvent, PresenceFrame, PresenceMember } from "@mdreader/contract";

import type { SetTimer } from "../util/set-timer.ts";
import { createSignal } from "../util/signal.ts";

/**
 * A presence room: who is in a document, and where. It has no access to sockets or the database, and its clock is
 * injected.
 *
 * A change costs as much as one person's state, a frame costs as much as the changes since the last frame, and all
 * readers share the same frame. A room's cost therefore grows linearly with its people, not quadratically.
 */

/** The part of its state that a window can change. */
export type MemberChange = Partial<Pick<PresenceMember, "cursor" | "status">>;

export interface Room {
  /**
   * Reads the room: a snapshot, then frames. Ends when `signal` aborts.
   * @param sendDirectly As in `RequestInfo`.
   */
  subscribe(
    signal: AbortSignal,
    sendDirectly?: (frame: PresenceFrame) => boolean,
  ): AsyncGenerator<PresenceEvent, void>;
  /** Adds a window, or replaces its state. */
  join(member: PresenceMember): void;
  /**
   * Changes a window's state. Windows that are not in the room are ignored.
   * @returns When the frame with the change has been sent.
   */
  change(key: MemberKey, change: MemberChange): Promise<void>;
  leave(key: MemberKey): void;
  members(): PresenceMember[];
  /** The number of subscribers. */
  subscriberCount(): number;
}

/** Milliseconds between frames: about 30 per second. */
const frameIntervalMs = 33;

/** The key of a window in a map. */
export const memberMapKey = ({ userId, clientId }: MemberKey): string => `${userId}:${clientId}`;

const toMemberKey = ({ user, clientId }: PresenceMember): MemberKey => ({ userId: user.id, clientId });

/** The changes of a window that a subscriber has not received yet. */
type PendingChange = { joined: true } | { left: true } | { cursor: boolean; status: boolean };

export function createRoom(schedule: SetTimer): Room {
  const present = new Map<string, PresenceMember>();
  const readers = new Set<Subscriber>();
  /** Changes of each window since the last frame. */
  let changed = new Map<string, { key: MemberKey; pendingChange: PendingChange }>();
  /** Whether a frame is scheduled, or the pause after one has not ended. */
  let isFrameScheduled = false;
  let nextFrame = Promise.withResolvers<void>();

  const addChange = (key: MemberKey, pendingChange: PendingChange) => {
    changed.set(memberMapKey(key), {
      key,
      pendingChange: mergeChanges(changed.get(memberMapKey(key))?.pendingChange, pendingChange),
    });
    // After a pause, a change is sent immediately.
    scheduleFrame(0);
  };

  const scheduleFrame = (ms: number) => {
    if (isFrameScheduled) return;
    isFrameScheduled = true;
    schedule(() => {
      isFrameScheduled = false;
      if (changed.size === 0) return;
      sendFrame();
      scheduleFrame(frameIntervalMs);
    }, ms);
  };

  const sendFrame = () => {
    const changes = changed;
    changed = new Map();
    const frame = encodeFrame(changes, present);
    for (const reader of readers) reader.receive(changes, frame);
    nextFrame.resolve();
    nextFrame = Promise.withResolvers();
  };

  return {
    async *subscribe(signal, sendDirectly = () => false) {
      using updateSignal = createSignal(signal);
      let isWaiting = false;
      // The snapshot includes the pending changes, so that the next frame can skip them.
      const reader = createSubscriber(present, new Map(changed), {
        notify: updateSignal.notify,
        sendDirectly: (frame) => isWaiting && !signal.aborted && sendDirectly(frame),
      });
      readers.add(reader);
      try {
        yield { type: "snapshot", members: [...present.values()] };
        while (!signal.aborted) {
          const frame = reader.take();
          if (frame !== null) yield frame;
          else {
            isWaiting = true;
            await updateSignal.wait();
            isWaiting = false;
          }
        }
      } finally {
        readers.delete(reader);
      }
    },
    join(member) {
      const key = toMemberKey(member);
      present.set(memberMapKey(key), member);
      addChange(key, { joined: true });
    },
    change(key, { cursor, status }) {
      const member = present.get(memberMapKey(key));
      if (member === undefined) return Promise.resolve();
      present.set(memberMapKey(key), {
        ...member,
        ...(cursor !== undefined && { cursor }),
        ...(status !== undefined && { status }),
      });
      addChange(key, { cursor: cursor !== undefined, status: status !== undefined });
      return nextFrame.promise;
    },
    leave(key) {
      if (present.delete(memberMapKey(key))) addChange(key, { left: true });
    },
    members: () => [...present.values()],
    subscriberCount: () => readers.size,
  };
}

type RoomUpdate = Map<string, { key: MemberKey; pendingChange: PendingChange }>;

interface Subscriber {
  receive(changes: RoomUpdate, frame: PresenceFrame): void;
  /** Returns the frame with everything that the subscriber has missed, or null if it has missed nothing. */
  take(): PresenceFrame | null;
}

/**
 * A subscriber. Fast ones share one encoded frame. For slow ones, missed changes are merged per window and sent as the
 * latest state in one frame.
 *
 * @param inSnapshot The changes of the first update that the snapshot already includes.
 */
function createSubscriber(
  present: ReadonlyMap<string, PresenceMember>,
  inSnapshot: RoomUpdate | null,
  { notify, sendDirectly }: { notify(): void; sendDirectly(frame: PresenceFrame): boolean },
): Subscriber {
  let known = inSnapshot;
  let missed: RoomUpdate | null = null;
  let ready: PresenceFrame | null = null;
  return {
    receive(all, shared) {
      const changes = withoutKnown(all, known);
      const frame = changes === all ? shared : encodeFrame(changes, present);
      known = null;
      if (changes.size === 0) return;
      if (missed === null) {
        if (sendDirectly(frame)) return;
        ready = frame;
        missed = changes;
      } else {
        ready = null;
        missed = new Map(missed);
        for (const [name, { key, pendingChange }] of changes) {
          missed.set(name, {
            key,
            pendingChange: mergeChanges(missed.get(name)?.pendingChange, pendingChange),
          });
        }
      }
      notify();
    },
    take() {
      if (missed === null) return null;
      const frame = ready ?? encodeFrame(missed, present);
      ready = null;
      missed = null;
      return frame;
    },
  };
}

/** Removes known changes. Each change creates its own entry, so identity is enough. */
function withoutKnown(changes: RoomUpdate, known: RoomUpdate | null): RoomUpdate {
  if (known === null || known.size === 0) return changes;
  return new Map([...changes].filter(([name, entry]) => known.get(name) !== entry));
}

/** Merges an unsent change of a window with a later one. */
function mergeChanges(before: PendingChange | undefined, after: PendingChange): PendingChange {
  if (before === undefined || "joined" in after || "left" in after) return after;
  if ("joined" in before || "left" in before) return before;
  return { cursor: before.cursor || after.cursor, status: before.status || after.status };
}

/** Encodes a frame for these changes, with the current state of each window. */
function encodeFrame(changes: RoomUpdate, present: ReadonlyMap<string, PresenceMember>): PresenceFrame {
  const frame: PresenceFrame = { type: "frame", joined: [], left: [], moved: [], status: [] };
  for (const [name, { key, pendingChange }] of changes) {
    const member = present.get(name);
    if (member === undefined) frame.left.push(key);
    else if ("joined" in pendingChange || "left" in pendingChange) frame.joined.push(member);
    else {
      if (pendingChange.cursor) frame.moved.push({ ...key, cursor: member.cursor });
      if (pendingChange.status) frame.status.push({ ...key, status: member.status });
    }
  }
  return frame;
}
