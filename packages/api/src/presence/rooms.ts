import {
  memberKey,
  type MemberKey,
  type PresenceEvent,
  type PresenceFrame,
  presenceMember,
  type PresenceMember,
} from "@mdreader/contract";
import { z } from "zod";

import type { Bus, BusMessage } from "../ports.ts";
import { createRoom, memberMapKey, type MemberChange, type Room } from "../realtime/room.ts";
import { createPoller } from "../util/poller.ts";
import type { SetTimer } from "../util/set-timer.ts";
import type { Peers } from "./peer-heartbeats.ts";

/**
 * The rooms of the documents that people on this process are in, including people connected to other processes.
 *
 * Each process publishes changes of its own people on the bus. It publishes all of them every few seconds, and when
 * another process opens the room. When a process becomes silent, its people are removed.
 */
export interface Rooms {
  /** Adds a window. The returned function removes it; a window that was added twice stays until it is removed twice. */
  enter(documentId: string, member: PresenceMember): () => void;
  /** Changes one of this process's own windows. @returns When the change has been sent to this process's people. */
  change(documentId: string, key: MemberKey, change: MemberChange): Promise<void>;
  /**
   * Passes a change of a window on to the process that it joined through.
   * @returns Whether another process may have that window.
   */
  forward(documentId: string, key: MemberKey, change: MemberChange): boolean;
  /** Reads a room, as `Room.subscribe`. */
  watch(
    documentId: string,
    signal: AbortSignal,
    sendDirectly?: (frame: PresenceFrame) => boolean,
  ): AsyncGenerator<PresenceEvent, void>;
  /** Lists the people in a room. Null if this process does not have the room open. */
  listMembers(documentId: string): PresenceMember[] | null;
}

/** Milliseconds between two full announcements of a process's people in a room. */
const announceIntervalMs = 10_000;
/** Milliseconds during which changes are batched before they are published. */
const batchIntervalMs = 33;

const forwardedChange = z.object({
  key: memberKey,
  ...presenceMember.pick({ cursor: true, status: true }).partial().shape,
});

const roomMessage = {
  members: z.array(presenceMember),
  left: z.array(memberKey),
};

interface OpenRoom {
  room: Room;
  /** This process's own windows, with the number of times that each was added. */
  local: Map<string, { member: PresenceMember; joinCount: number }>;
  /** Windows announced by other processes. */
  remote: Map<string, Map<string, MemberKey>>;
  /** Schedules a message that one of this process's own windows has joined, changed or left. */
  publish(key: MemberKey): void;
  close(): void;
}

/** @param onForwarded Called with a change that another process has received for a window of this one. */
export function createRooms(
  bus: Bus,
  nodeId: string,
  schedule: SetTimer,
  peers: Peers,
  onForwarded: (documentId: string, key: MemberKey, change: MemberChange) => void = () => {},
): Rooms {
  const openRooms = new Map<string, OpenRoom>();

  peers.onGone((node) => {
    for (const room of openRooms.values()) removePeer(room, node);
  });

  const getOrOpenRoom = (documentId: string): OpenRoom => {
    const existing = openRooms.get(documentId);
    if (existing !== undefined) return existing;
    const opened = openRoom({ bus, nodeId, schedule, peers, onForwarded }, documentId);
    openRooms.set(documentId, opened);
    return opened;
  };

  const closeIfIdle = (documentId: string) => {
    const room = openRooms.get(documentId);
    if (room === undefined || room.local.size > 0 || room.room.subscriberCount() > 0) return;
    openRooms.delete(documentId);
    room.close();
  };

  return {
    enter(documentId, member) {
      const room = getOrOpenRoom(documentId);
      const key = { userId: member.user.id, clientId: member.clientId };
      const name = memberMapKey(key);
      room.local.set(name, { member, joinCount: (room.local.get(name)?.joinCount ?? 0) + 1 });
      room.room.join(member);
      room.publish(key);
      let isInside = true;
      return () => {
        const entry = room.local.get(name);
        if (!isInside || entry === undefined) return;
        isInside = false;
        entry.joinCount -= 1;
        if (entry.joinCount === 0) {
          room.local.delete(name);
          if (!isElsewhere(room, name)) room.room.leave(key);
          room.publish(key);
        }
        closeIfIdle(documentId);
      };
    },
    change(documentId, key, change) {
      const room = openRooms.get(documentId);
      const entry = room?.local.get(memberMapKey(key));
      if (room === undefined || entry === undefined) return Promise.resolve();
      entry.member = { ...entry.member, ...change };
      room.publish(key);
      return room.room.change(key, change);
    },
    forward(documentId, key, change) {
      if (!bus.hasPeers) return false;
      const room = openRooms.get(documentId);
      if (room !== undefined && !isElsewhere(room, memberMapKey(key))) return false;
      const forwarded = JSON.stringify({ key, ...change });
      bus.publish(toChannel(documentId), { node: nodeId, forwarded });
      return true;
    },
    async *watch(documentId, signal, sendDirectly) {
      try {
        yield* getOrOpenRoom(documentId).room.subscribe(signal, sendDirectly);
      } finally {
        closeIfIdle(documentId);
      }
    },
    listMembers: (documentId) => openRooms.get(documentId)?.room.members() ?? null,
  };
}

const isElsewhere = ({ remote }: OpenRoom, name: string) =>
  [...remote.values()].some((keys) => keys.has(name));

interface RoomPorts {
  bus: Bus;
  nodeId: string;
  schedule: SetTimer;
  peers: Peers;
  onForwarded(documentId: string, key: MemberKey, change: MemberChange): void;
}

const toChannel = (documentId: string): string => `presence:${documentId}`;

function openRoom({ bus, nodeId, schedule, peers, onForwarded }: RoomPorts, documentId: string): OpenRoom {
  const room = createRoom(schedule);
  const opened: OpenRoom = { room, local: new Map(), remote: new Map(), publish: () => {}, close: () => {} };
  // A single server has no peers to notify.
  if (!bus.hasPeers) return opened;

  const channel = toChannel(documentId);
  const publish = (message: BusMessage) => bus.publish(channel, { node: nodeId, ...message });
  const announce = () => {
    const members = [...opened.local.values()].map(({ member }) => member);
    publish({ members: JSON.stringify(members), whole: true });
  };

  let pending = new Map<string, MemberKey>();
  const publishPending = () => {
    const keys = [...pending];
    pending = new Map();
    const members = keys.flatMap(([name]) => opened.local.get(name)?.member ?? []);
    const left = keys.flatMap(([name, key]) => (opened.local.has(name) ? [] : [key]));
    publish({ members: JSON.stringify(members), left: JSON.stringify(left) });
  };
  opened.publish = (key) => {
    if (pending.size === 0) schedule(publishPending, batchIntervalMs);
    pending.set(memberMapKey(key), key);
  };

  const stopListening = bus.subscribe(channel, (message) => {
    const { node } = message;
    if (node === nodeId) return;
    // A process has just opened the room, or messages may have been lost: announce everything.
    if (typeof node !== "string" || message["hello"] === true) announce();
    else if (typeof message["forwarded"] === "string") {
      const { key, cursor, status } = forwardedChange.parse(JSON.parse(message["forwarded"]));
      onForwarded(documentId, key, {
        ...(cursor !== undefined && { cursor }),
        ...(status !== undefined && { status }),
      });
    } else {
      peers.onMessage(node);
      applyRemote(opened, node, message);
    }
  });
  const announcements = createPoller(schedule, announceIntervalMs, announce);
  announcements.start();
  publish({ hello: true });
  opened.close = () => {
    stopListening();
    announcements.stop();
    publish({ members: "[]", whole: true });
  };
  return opened;
}

/** Applies what another process announced about its people. */
function applyRemote(opened: OpenRoom, node: string, message: BusMessage): void {
  const members = roomMessage.members.parse(JSON.parse(String(message["members"] ?? "[]")));
  const left = roomMessage.left.parse(JSON.parse(String(message["left"] ?? "[]")));
  const keys = opened.remote.get(node) ?? new Map<string, MemberKey>();
  opened.remote.set(node, keys);
  const announcedKeys = new Set<string>();
  for (const member of members) {
    const key = { userId: member.user.id, clientId: member.clientId };
    announcedKeys.add(memberMapKey(key));
    const isKnown = keys.has(memberMapKey(key));
    keys.set(memberMapKey(key), key);
    if (isKnown) void opened.room.change(key, { cursor: member.cursor, status: member.status });
    else if (!opened.local.has(memberMapKey(key))) opened.room.join(member);
  }
  const removed =
    message["whole"] === true
      ? [...keys.values()].filter((key) => !announcedKeys.has(memberMapKey(key)))
      : left;
  for (const key of removed) removeRemote(opened, keys, key);
}

function removeRemote(opened: OpenRoom, keys: Map<string, MemberKey>, key: MemberKey): void {
  keys.delete(memberMapKey(key));
  if (!opened.local.has(memberMapKey(key)) && !isElsewhere(opened, memberMapKey(key))) opened.room.leave(key);
}

/** Removes people who were present through a process that has ended. */
function removePeer(opened: OpenRoom, node: string): void {
  const keys = opened.remote.get(node) ?? new Map<string, MemberKey>();
  opened.remote.delete(node);
  for (const key of keys.values()) removeRemote(opened, keys, key);
}
