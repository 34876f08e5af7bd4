import type { MemberKey, PresenceEvent, PresenceFrame, PresenceMember } from "@mdreader/contract";

import type { SetTimer } from "../util/set-timer.ts";
import { createSignal } from "../util/signal.ts";

/**
 * A presence room: who is in a document, and where. It knows no sockets and no database; time comes from outside.
 *
 * A change costs what one person changed; a frame costs what has changed since the last one; and each reader gets the
 * same frame. So a room's cost grows with its people, not with their square.
 */

/** What a window changes of itself. */
export type MemberChange = Partial<Pick<PresenceMember, "cursor" | "status">>;

export interface Room {
  /** Reads the room: a snapshot, then frames. Ends when `signal` says so. */
  subscribe(signal: AbortSignal): AsyncGenerator<PresenceEvent, void>;
  /** Someone is here, or is here anew. */
  join(member: PresenceMember): void;
  /** Someone changed. Who is not here is not heard. */
  change(key: MemberKey, change: MemberChange): void;
  leave(key: MemberKey): void;
  members(): PresenceMember[];
  /** How many read it. */
  subscriberCount(): number;
}

/** Milliseconds from one frame to the next: some thirty a second. */
const frameIntervalMs = 33;

/** Names a window in a map. */
export const toMemberKey = ({ userId, clientId }: MemberKey): string => `${userId}:${clientId}`;

const memberMapKey = ({ user, clientId }: PresenceMember): MemberKey => ({ userId: user.id, clientId });

/** What a reader has not been told yet of one window. */
type PendingChange = { joined: true } | { left: true } | { cursor: boolean; status: boolean };

export function createRoom(schedule: SetTimer): Room {
  const present = new Map<string, PresenceMember>();
  const readers = new Set<Subscriber>();
  /** Of each window that has changed since the last frame, what. */
  let changed = new Map<string, { key: MemberKey; pendingChange: PendingChange }>();
  /** Whether a frame is planned, or the end of the pause after one. */
  let planned = false;

  const note = (key: MemberKey, pendingChange: PendingChange) => {
    changed.set(toMemberKey(key), {
      key,
      pendingChange: mergeChanges(changed.get(toMemberKey(key))?.pendingChange, pendingChange),
    });
    // What comes after a rest is told at once.
    plan(0);
  };

  const plan = (ms: number) => {
    if (planned) return;
    planned = true;
    schedule(() => {
      planned = false;
      if (changed.size === 0) return;
      sendFrame();
      plan(frameIntervalMs);
    }, ms);
  };

  const sendFrame = () => {
    const news = changed;
    changed = new Map();
    const frame = encodeFrame(news, present);
    for (const reader of readers) reader.receive(news, frame);
  };

  return {
    async *subscribe(signal) {
      using bell = createSignal(signal);
      // The snapshot tells what waits for the next frame, so that frame need not tell it again.
      const reader = createSubscriber(present, new Map(changed), bell.notify);
      readers.add(reader);
      try {
        yield { type: "snapshot", members: [...present.values()] };
        while (!signal.aborted) {
          const frame = reader.take();
          if (frame === null) await bell.wait();
          else yield frame;
        }
      } finally {
        readers.delete(reader);
      }
    },
    join(member) {
      const key = memberMapKey(member);
      present.set(toMemberKey(key), member);
      note(key, { joined: true });
    },
    change(key, { cursor, status }) {
      const member = present.get(toMemberKey(key));
      if (member === undefined) return;
      present.set(toMemberKey(key), {
        ...member,
        ...(cursor !== undefined && { cursor }),
        ...(status !== undefined && { status }),
      });
      note(key, { cursor: cursor !== undefined, status: status !== undefined });
    },
    leave(key) {
      if (present.delete(toMemberKey(key))) note(key, { left: true });
    },
    members: () => [...present.values()],
    subscriberCount: () => readers.size,
  };
}

type RoomUpdate = Map<string, { key: MemberKey; pendingChange: PendingChange }>;

interface Subscriber {
  receive(news: RoomUpdate, frame: PresenceFrame): void;
  /** The frame that tells what they have not been told; null where there is nothing. */
  take(): PresenceFrame | null;
}

/**
 * One who reads. Who keeps up gets the frame that all get; for who doesn't, what they missed is kept per window, and
 * told as the latest state in one frame.
 *
 * @param told What the reader knows already of the first news.
 */
function createSubscriber(
  present: ReadonlyMap<string, PresenceMember>,
  told: RoomUpdate | null,
  onNews: () => void,
): Subscriber {
  let known = told;
  let missed: RoomUpdate | null = null;
  let ready: PresenceFrame | null = null;
  return {
    receive(all, shared) {
      const news = withoutKnown(all, known);
      const frame = news === all ? shared : encodeFrame(news, present);
      known = null;
      if (news.size === 0) return;
      if (missed === null) {
        ready = frame;
        missed = news;
      } else {
        ready = null;
        missed = new Map(missed);
        for (const [name, { key, pendingChange }] of news) {
          missed.set(name, {
            key,
            pendingChange: mergeChanges(missed.get(name)?.pendingChange, pendingChange),
          });
        }
      }
      onNews();
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

/** What of the news is not known; each change makes an entry of its own. */
function withoutKnown(news: RoomUpdate, known: RoomUpdate | null): RoomUpdate {
  if (known === null || known.size === 0) return news;
  return new Map([...news].filter(([name, entry]) => known.get(name) !== entry));
}

/** What is to be told of a window of which `before` was not told yet when `after` happened. */
function mergeChanges(before: PendingChange | undefined, after: PendingChange): PendingChange {
  if (before === undefined || "joined" in after || "left" in after) return after;
  if ("joined" in before || "left" in before) return before;
  return { cursor: before.cursor || after.cursor, status: before.status || after.status };
}

/** The frame that tells `news`, with each window's state as it is now. */
function encodeFrame(news: RoomUpdate, present: ReadonlyMap<string, PresenceMember>): PresenceFrame {
  const frame: PresenceFrame = { type: "frame", joined: [], left: [], moved: [], status: [] };
  for (const [name, { key, pendingChange }] of news) {
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
