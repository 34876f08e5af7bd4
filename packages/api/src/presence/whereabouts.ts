import { person, type Person, presenceStatus, type PresenceStatus, type Where } from "@mdreader/contract";
import { z } from "zod";

import type { Bus } from "../ports.ts";
import { createBell } from "../realtime/bell.ts";
import type { Schedule } from "../realtime/schedule.ts";
import type { Peers } from "./peers.ts";

/**
 * Who is in which document of a workspace. It changes seldom and is read by few: every process tells all of its own
 * people on the bus, at most once a second and at least every few seconds, and a reader gets the whole whenever it changes.
 */
export interface Whereabouts {
  /** Notes a window in a document. The answer takes it away. */
  enter(workspaceId: string, stay: Stay): Entered;
  watch(workspaceId: string, signal: AbortSignal): AsyncGenerator<Where, void>;
}

export interface Stay {
  documentId: string;
  user: Person;
  status: PresenceStatus;
}

export interface Entered {
  status(status: PresenceStatus): void;
  leave(): void;
}

const tellInterval = 1000;
const repeatInterval = 10_000;

const stays = z.array(z.object({ documentId: z.string(), user: person, status: presenceStatus }));

interface Board {
  own: Set<Stay>;
  others: Map<string, Stay[]>;
  /** The bells of those who read it. */
  readers: Set<() => void>;
  planned: boolean;
  stop(): void;
}

export function createWhereabouts(bus: Bus, nodeId: string, schedule: Schedule, peers: Peers): Whereabouts {
  const boards = new Map<string, Board>();

  peers.onGone((node) => {
    for (const { others, readers } of boards.values())
      if (others.delete(node)) for (const ring of readers) ring();
  });

  const boardOf = (workspaceId: string): Board => {
    const existing = boards.get(workspaceId);
    if (existing !== undefined) return existing;
    const board: Board = {
      own: new Set(),
      others: new Map(),
      readers: new Set(),
      planned: false,
      stop: () => {},
    };
    boards.set(workspaceId, board);
    if (bus.shared) joinOthers(workspaceId, board);
    return board;
  };

  const joinOthers = (workspaceId: string, board: Board) => {
    const stopListening = bus.subscribe(channelOf(workspaceId), (message) => {
      const { node, stays: told } = message;
      if (node === nodeId) return;
      if (typeof node !== "string" || typeof told !== "string") return changed(workspaceId, board);
      peers.heard(node);
      board.others.set(node, stays.parse(JSON.parse(told)));
      for (const ring of board.readers) ring();
    });
    let cancel = () => {};
    const repeat = () => {
      changed(workspaceId, board);
      cancel = schedule(repeat, repeatInterval);
    };
    cancel = schedule(repeat, repeatInterval);
    board.stop = () => {
      stopListening();
      cancel();
    };
    bus.publish(channelOf(workspaceId), { node: nodeId });
  };

  const changed = (workspaceId: string, board: Board) => {
    if (board.planned) return;
    board.planned = true;
    schedule(() => {
      board.planned = false;
      if (bus.shared) {
        bus.publish(channelOf(workspaceId), { node: nodeId, stays: JSON.stringify([...board.own]) });
      }
      for (const ring of board.readers) ring();
      closeIfIdle(workspaceId, board);
    }, tellInterval);
  };

  const closeIfIdle = (workspaceId: string, board: Board) => {
    if (board.own.size > 0 || board.readers.size > 0 || board.planned) return;
    boards.delete(workspaceId);
    board.stop();
  };

  return {
    enter(workspaceId, stay) {
      const board = boardOf(workspaceId);
      const own = { ...stay };
      board.own.add(own);
      changed(workspaceId, board);
      return {
        status(status) {
          if (own.status === status) return;
          own.status = status;
          changed(workspaceId, board);
        },
        leave() {
          if (board.own.delete(own)) changed(workspaceId, board);
        },
      };
    },
    async *watch(workspaceId, signal) {
      const board = boardOf(workspaceId);
      using bell = createBell(signal);
      board.readers.add(bell.ring);
      try {
        let told = "";
        while (!signal.aborted) {
          const where = whereOf(board);
          const text = JSON.stringify(where);
          if (text !== told) {
            told = text;
            yield where;
          }
          await bell.rung();
        }
      } finally {
        board.readers.delete(bell.ring);
        closeIfIdle(workspaceId, board);
      }
    },
  };
}

const channelOf = (workspaceId: string) => `whereabouts:${workspaceId}`;

/** Of several windows in one document, the busiest counts. */
const busiest: Record<PresenceStatus, number> = { idle: 0, viewing: 1, typing: 2 };

function whereOf({ own, others }: Board): Where {
  const people = new Map<string, { user: Person; documents: Map<string, PresenceStatus> }>();
  for (const { user, documentId, status } of [...own, ...[...others.values()].flat()]) {
    const entry = people.get(user.id) ?? { user, documents: new Map<string, PresenceStatus>() };
    people.set(user.id, entry);
    const known = entry.documents.get(documentId);
    if (known === undefined || busiest[status] > busiest[known]) entry.documents.set(documentId, status);
  }
  return {
    people: [...people.values()].map(({ user, documents }) => ({
      user,
      documents: [...documents].map(([id, status]) => ({ id, status })),
    })),
  };
}
