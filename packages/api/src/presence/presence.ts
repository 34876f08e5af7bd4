import type { PresenceEvent, PresenceMember, WorkspacePresence } from "@mdreader/contract";
import { createId } from "@mdreader/db";

import type { AuthenticatedCredential } from "../access/caller-query.ts";
import type { Ports } from "../context.ts";
import { AppError } from "../errors.ts";
import type { MemberChange } from "../realtime/room.ts";
import type { SetTimer } from "../util/set-timer.ts";
import { createPeers } from "./peers.ts";
import { createPresenceRecorder, type PresenceRecorder } from "./presence-recorder.ts";
import { createRooms } from "./rooms.ts";
import { createWorkspacePresenceTracker, type PresenceHandle } from "./workspace-presence.ts";

/** A window that comes into a document. */
export interface JoinRequest {
  documentId: string;
  workspaceId: string;
  member: PresenceMember;
  /** What it came in with: only who shows the same moves it. */
  credential: AuthenticatedCredential;
  /** The socket it came through. */
  connectionId: string | undefined;
}

/** How many windows a person may have in one document through one server: each costs everyone who is there. */
const maxWindows = 100;

/** Who is where: in the rooms, on the workspaces' boards, and, at heartbeat rate, in the database. */
export interface Presence {
  /** Lets a window in. The answer lets it out. @throws AppError LIMIT_REACHED for a person with too many of them. */
  enter(arrival: JoinRequest): () => void;
  /** Moves the window that came in with this credential. @returns Whether there is one, through this process. */
  change(
    documentId: string,
    credential: AuthenticatedCredential,
    clientId: number,
    change: MemberChange,
  ): boolean;
  subscribeRoom(documentId: string, signal: AbortSignal): AsyncGenerator<PresenceEvent, void>;
  /** Who is in a document; null where nobody is through this process, which then does not know of the others. */
  members(documentId: string): PresenceMember[] | null;
  subscribeWorkspace(workspaceId: string, signal: AbortSignal): AsyncGenerator<WorkspacePresence, void>;
  recorder: PresenceRecorder;
  close(): Promise<void>;
}

export function createPresence({ bus, database, log }: Ports, schedule: SetTimer): Presence {
  const nodeId = createId();
  const peers = createPeers(bus, nodeId, schedule);
  const rooms = createRooms(bus, nodeId, schedule, peers);
  const whereabouts = createWorkspacePresenceTracker(bus, nodeId, schedule, peers);
  const recorder = createPresenceRecorder(database, log, nodeId, schedule);
  const clients = new Map<string, JoinedClient>();
  /** How many windows each person has in each document. */
  const windows = new Map<string, number>();

  return {
    enter({ documentId, workspaceId, member, credential, connectionId }) {
      const { user, clientId, status } = member;
      const name = clientKey(documentId, credential, clientId);
      const person = `${documentId}:${user.id}`;
      const count = windows.get(person) ?? 0;
      if (count >= maxWindows) throw new AppError("LIMIT_REACHED");
      windows.set(person, count + 1);
      const leaveRoom = rooms.enter(documentId, member);
      const entered = whereabouts.enter(workspaceId, { documentId, user, status });
      const joined = { userId: user.id, entered, connectionId };
      clients.set(name, joined);
      if (connectionId !== undefined) recorder.onEntered(connectionId, documentId, workspaceId);
      return () => {
        leaveRoom();
        entered.leave();
        if (clients.get(name) === joined) clients.delete(name);
        const left = (windows.get(person) ?? 1) - 1;
        if (left === 0) windows.delete(person);
        else windows.set(person, left);
        if (connectionId !== undefined) recorder.onLeft(connectionId, documentId);
      };
    },
    change(documentId, credential, clientId, change) {
      const joined = clients.get(clientKey(documentId, credential, clientId));
      if (joined === undefined) return false;
      rooms.change(documentId, { userId: joined.userId, clientId }, change);
      if (change.status !== undefined) {
        joined.entered.status(change.status);
        if (joined.connectionId !== undefined)
          recorder.onStatus(joined.connectionId, documentId, change.status);
      }
      return true;
    },
    subscribeRoom: (documentId, signal) => rooms.watch(documentId, signal),
    members: (documentId) => rooms.members(documentId),
    subscribeWorkspace: (workspaceId, signal) => whereabouts.watch(workspaceId, signal),
    recorder,
    close() {
      peers.close();
      return recorder.close();
    },
  };
}

/** A window that is in, and what else is to be told of it. */
interface JoinedClient {
  userId: string;
  entered: PresenceHandle;
  connectionId: string | undefined;
}

function clientKey(documentId: string, credential: AuthenticatedCredential, clientId: number): string {
  const who =
    credential.kind === "session" ? credential.sessionId : Buffer.from(credential.secretHash).toString("hex");
  return `${documentId}:${who}:${clientId}`;
}
