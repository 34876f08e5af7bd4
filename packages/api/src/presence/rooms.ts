import {
  memberKey,
  type MemberKey,
  type PresenceEvent,
  presenceMember,
  type PresenceMember,
} from "@mdreader/contract";
import { z } from "zod";

import type { Bus, BusMessage } from "../ports.ts";
import { createRoom, keyOf, type MemberChange, type Room } from "../realtime/room.ts";
import type { Schedule } from "../realtime/schedule.ts";
import type { Peers } from "./peers.ts";

/**
 * The rooms of the documents that people on this process are in, with those who are there through other processes.
 *
 * A process says on the bus what changes among its own people, all of it again every few seconds, and whenever someone
 * else opens the room. When a process falls silent, its people have gone with it: it leaves no ghosts.
 */
export interface Rooms {
  /** Brings a window in. The answer takes it out again; entered twice, it stays until it is taken out twice. */
  enter(documentId: string, member: PresenceMember): () => void;
  change(documentId: string, key: MemberKey, change: MemberChange): void;
  watch(documentId: string, signal: AbortSignal): AsyncGenerator<PresenceEvent, void>;
  /** Who is there; null where this process has no such room open. */
  members(documentId: string): PresenceMember[] | null;
}

/** Milliseconds between two announcements of all of a process' people in a room. */
const announceInterval = 10_000;
/** Milliseconds in which changes are gathered before they are passed on. */
const gatherInterval = 33;

const wire = {
  members: z.array(presenceMember),
  left: z.array(memberKey),
};

interface OpenRoom {
  room: Room;
  /** How often each window has entered here. */
  own: Map<string, { member: PresenceMember; times: number }>;
  /** What other processes have said. */
  others: Map<string, Map<string, MemberKey>>;
  /** Passes on that one of this process' own windows has come, changed or gone. */
  say(key: MemberKey): void;
  close(): void;
}

export function createRooms(bus: Bus, nodeId: string, schedule: Schedule, peers: Peers): Rooms {
  const open = new Map<string, OpenRoom>();

  peers.onGone((node) => {
    for (const room of open.values()) forgetAll(room, node);
  });

  const roomOf = (documentId: string): OpenRoom => {
    const existing = open.get(documentId);
    if (existing !== undefined) return existing;
    const made = openRoom({ bus, nodeId, schedule, peers }, documentId);
    open.set(documentId, made);
    return made;
  };

  const closeIfIdle = (documentId: string) => {
    const room = open.get(documentId);
    if (room === undefined || room.own.size > 0 || room.room.readers() > 0) return;
    open.delete(documentId);
    room.close();
  };

  return {
    enter(documentId, member) {
      const room = roomOf(documentId);
      const key = { userId: member.user.id, clientId: member.clientId };
      const name = keyOf(key);
      room.own.set(name, { member, times: (room.own.get(name)?.times ?? 0) + 1 });
      room.room.join(member);
      room.say(key);
      let inside = true;
      return () => {
        const entry = room.own.get(name);
        if (!inside || entry === undefined) return;
        inside = false;
        entry.times -= 1;
        if (entry.times === 0) {
          room.own.delete(name);
          if (!isElsewhere(room, name)) room.room.leave(key);
          room.say(key);
        }
        closeIfIdle(documentId);
      };
    },
    change(documentId, key, change) {
      const room = open.get(documentId);
      const entry = room?.own.get(keyOf(key));
      if (room === undefined || entry === undefined) return;
      entry.member = { ...entry.member, ...change };
      room.room.change(key, change);
      room.say(key);
    },
    async *watch(documentId, signal) {
      try {
        yield* roomOf(documentId).room.watch(signal);
      } finally {
        closeIfIdle(documentId);
      }
    },
    members: (documentId) => open.get(documentId)?.room.members() ?? null,
  };
}

const isElsewhere = ({ others }: OpenRoom, name: string) =>
  [...others.values()].some((keys) => keys.has(name));

interface Surroundings {
  bus: Bus;
  nodeId: string;
  schedule: Schedule;
  peers: Peers;
}

function openRoom({ bus, nodeId, schedule, peers }: Surroundings, documentId: string): OpenRoom {
  const room = createRoom(schedule);
  const opened: OpenRoom = { room, own: new Map(), others: new Map(), say: () => {}, close: () => {} };
  // Alone, there is nobody to tell.
  if (!bus.shared) return opened;

  const channel = `presence:${documentId}`;
  const publish = (message: BusMessage) => bus.publish(channel, { node: nodeId, ...message });
  const announce = () => {
    const members = [...opened.own.values()].map(({ member }) => member);
    publish({ members: JSON.stringify(members), whole: true });
  };

  let unsaid = new Map<string, MemberKey>();
  const sayAll = () => {
    const keys = [...unsaid];
    unsaid = new Map();
    const members = keys.flatMap(([name]) => opened.own.get(name)?.member ?? []);
    const left = keys.flatMap(([name, key]) => (opened.own.has(name) ? [] : [key]));
    publish({ members: JSON.stringify(members), left: JSON.stringify(left) });
  };
  opened.say = (key) => {
    if (unsaid.size === 0) schedule(sayAll, gatherInterval);
    unsaid.set(keyOf(key), key);
  };

  const stopListening = bus.subscribe(channel, (message) => {
    const { node } = message;
    if (node === nodeId) return;
    // Someone is new here, or messages may have been lost: say it all again.
    if (typeof node !== "string" || message["hello"] === true) announce();
    else {
      peers.heard(node);
      hear(opened, node, message);
    }
  });
  const stopAnnouncing = repeat(schedule, announceInterval, announce);
  publish({ hello: true });
  opened.close = () => {
    stopListening();
    stopAnnouncing();
    publish({ members: "[]", whole: true });
  };
  return opened;
}

/** Takes in what another process says of its people. */
function hear(opened: OpenRoom, node: string, message: BusMessage): void {
  const members = wire.members.parse(JSON.parse(String(message["members"] ?? "[]")));
  const left = wire.left.parse(JSON.parse(String(message["left"] ?? "[]")));
  const keys = opened.others.get(node) ?? new Map<string, MemberKey>();
  opened.others.set(node, keys);
  const named = new Set<string>();
  for (const member of members) {
    const key = { userId: member.user.id, clientId: member.clientId };
    named.add(keyOf(key));
    const known = keys.has(keyOf(key));
    keys.set(keyOf(key), key);
    if (known) opened.room.change(key, { cursor: member.cursor, status: member.status });
    else if (!opened.own.has(keyOf(key))) opened.room.join(member);
  }
  const gone = message["whole"] === true ? [...keys.values()].filter((key) => !named.has(keyOf(key))) : left;
  for (const key of gone) forget(opened, keys, key);
}

function forget(opened: OpenRoom, keys: Map<string, MemberKey>, key: MemberKey): void {
  keys.delete(keyOf(key));
  if (!opened.own.has(keyOf(key)) && !isElsewhere(opened, keyOf(key))) opened.room.leave(key);
}

/** Lets those go who were there through a process that is gone. */
function forgetAll(opened: OpenRoom, node: string): void {
  const keys = opened.others.get(node) ?? new Map<string, MemberKey>();
  opened.others.delete(node);
  for (const key of keys.values()) forget(opened, keys, key);
}

/** Does `work` again and again, until the answer is called. */
function repeat(schedule: Schedule, ms: number, work: () => void): () => void {
  let cancel = () => {};
  const plan = () => {
    cancel = schedule(() => {
      work();
      plan();
    }, ms);
  };
  plan();
  return () => cancel();
}
