import type { PresenceEvent, PresenceMember, Where } from "@mdreader/contract";
import { newId } from "@mdreader/db";

import type { Presented } from "../access/caller.ts";
import type { Ports } from "../context.ts";
import { AppError } from "../errors.ts";
import type { MemberChange } from "../realtime/room.ts";
import type { Schedule } from "../realtime/schedule.ts";
import { createJournal, type Journal } from "./journal.ts";
import { createPeers } from "./peers.ts";
import { createRooms } from "./rooms.ts";
import { createWhereabouts, type Entered } from "./whereabouts.ts";

/** A window that comes into a document. */
export interface Arrival {
  documentId: string;
  workspaceId: string;
  member: PresenceMember;
  /** What it came in with: only who shows the same moves it. */
  credential: Presented;
  /** The socket it came through. */
  connectionId: string | undefined;
}

/** How many windows a person may have in one document through one server: each costs everyone who is there. */
const maxWindows = 100;

/** Who is where: in the rooms, on the workspaces' boards, and, at heartbeat rate, in the database. */
export interface Presence {
  /** Lets a window in. The answer lets it out. @throws AppError LIMIT_REACHED for a person with too many of them. */
  enter(arrival: Arrival): () => void;
  /** Moves the window that came in with this credential. @returns Whether there is one, through this process. */
  change(documentId: string, credential: Presented, clientId: number, change: MemberChange): boolean;
  watchRoom(documentId: string, signal: AbortSignal): AsyncGenerator<PresenceEvent, void>;
  /** Who is in a document; null where nobody is through this process, which then does not know of the others. */
  members(documentId: string): PresenceMember[] | null;
  watchWorkspace(workspaceId: string, signal: AbortSignal): AsyncGenerator<Where, void>;
  journal: Journal;
  close(): Promise<void>;
}

export function createPresence({ bus, database, log }: Ports, schedule: Schedule): Presence {
  const nodeId = newId();
  const peers = createPeers(bus, nodeId, schedule);
  const rooms = createRooms(bus, nodeId, schedule, peers);
  const whereabouts = createWhereabouts(bus, nodeId, schedule, peers);
  const journal = createJournal(database, log, nodeId, schedule);
  const stays = new Map<string, Stay>();
  /** How many windows each person has in each document. */
  const windows = new Map<string, number>();

  return {
    enter({ documentId, workspaceId, member, credential, connectionId }) {
      const { user, clientId, status } = member;
      const name = nameOf(documentId, credential, clientId);
      const person = `${documentId}:${user.id}`;
      const count = windows.get(person) ?? 0;
      if (count >= maxWindows) throw new AppError("LIMIT_REACHED");
      windows.set(person, count + 1);
      const leaveRoom = rooms.enter(documentId, member);
      const entered = whereabouts.enter(workspaceId, { documentId, user, status });
      const stay = { userId: user.id, entered, connectionId };
      stays.set(name, stay);
      if (connectionId !== undefined) journal.entered(connectionId, documentId, workspaceId);
      return () => {
        leaveRoom();
        entered.leave();
        if (stays.get(name) === stay) stays.delete(name);
        const left = (windows.get(person) ?? 1) - 1;
        if (left === 0) windows.delete(person);
        else windows.set(person, left);
        if (connectionId !== undefined) journal.left(connectionId, documentId);
      };
    },
    change(documentId, credential, clientId, change) {
      const stay = stays.get(nameOf(documentId, credential, clientId));
      if (stay === undefined) return false;
      rooms.change(documentId, { userId: stay.userId, clientId }, change);
      if (change.status !== undefined) {
        stay.entered.status(change.status);
        if (stay.connectionId !== undefined) journal.status(stay.connectionId, documentId, change.status);
      }
      return true;
    },
    watchRoom: (documentId, signal) => rooms.watch(documentId, signal),
    members: (documentId) => rooms.members(documentId),
    watchWorkspace: (workspaceId, signal) => whereabouts.watch(workspaceId, signal),
    journal,
    close() {
      peers.close();
      return journal.close();
    },
  };
}

/** A window that is in, and what else is to be told of it. */
interface Stay {
  userId: string;
  entered: Entered;
  connectionId: string | undefined;
}

function nameOf(documentId: string, credential: Presented, clientId: number): string {
  const who =
    credential.kind === "session" ? credential.sessionId : Buffer.from(credential.secretHash).toString("hex");
  return `${documentId}:${who}:${clientId}`;
}
