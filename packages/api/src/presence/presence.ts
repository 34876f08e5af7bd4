import type { MemberKey, PresenceMember, WorkspacePresence } from "@mdreader/contract";
import { createId } from "@mdreader/db";

import { type AuthenticatedCredential, toCredentialKey } from "../access/identity.ts";
import { AppError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import type { MemberChange } from "../realtime/room.ts";
import type { SetTimer } from "../util/set-timer.ts";
import { createPeers } from "./peer-heartbeats.ts";
import { createPresenceRecorder, type PresenceRecorder } from "./presence-recorder.ts";
import { createRooms, type Rooms } from "./rooms.ts";
import { createWorkspacePresenceTracker, type PresenceHandle } from "./workspace-presence.ts";

/** A window that enters a document. */
export interface JoinRequest {
  documentId: string;
  workspaceId: string;
  member: PresenceMember;
  /** The credential of the stream. Updates must come with the same one. */
  credential: AuthenticatedCredential;
  /** The socket that the stream uses. */
  connectionId: string | undefined;
}

/**
 * Maximum number of windows per person and document on one server. Each window adds cost for everyone in the document.
 */
const maxWindows = 100;

/** Tracks the people in documents: in the rooms, per workspace and, at heartbeat rate, in the database. */
export interface Presence {
  /** Adds a window. The returned function removes it. @throws AppError LIMIT_REACHED if the person has too many. */
  enter(request: JoinRequest): () => void;
  /**
   * Updates the window that entered with this credential.
   * @returns When the change has been sent to this process's people; null if this process has no such window.
   */
  change(
    documentId: string,
    credential: AuthenticatedCredential,
    clientId: number,
    change: MemberChange,
  ): Promise<void> | null;
  /** As `Rooms.forward`, for a caller who may read the document. */
  forward: Rooms["forward"];
  subscribeRoom: Rooms["watch"];
  /**
   * Lists who is in a document. Null if nobody is there through this process, which then does not know about others.
   */
  listMembers(documentId: string): PresenceMember[] | null;
  subscribeWorkspace(workspaceId: string, signal: AbortSignal): AsyncGenerator<WorkspacePresence, void>;
  recorder: PresenceRecorder;
  close(): Promise<void>;
}

export function createPresence({ bus, database, log }: Ports, schedule: SetTimer): Presence {
  const nodeId = createId();
  const peers = createPeers(bus, nodeId, schedule);
  // Frames are sent in the turn in which the updates in them are answered, so that both cost one system call per socket.
  const scheduleFrame: SetTimer = (run, ms) => schedule(() => queueMicrotask(run), ms);
  const rooms = createRooms(bus, nodeId, scheduleFrame, peers, (documentId, { userId, clientId }, change) => {
    const joined = members.get(toDocumentMemberKey(documentId, userId, clientId));
    if (joined !== undefined) void apply(joined, change);
  });
  const workspacePresence = createWorkspacePresenceTracker(bus, nodeId, schedule, peers);
  const recorder = createPresenceRecorder(database, log, nodeId, schedule);
  /** The windows by document and credential, and by document and user. */
  const clients = new Map<string, JoinedClient>();
  const members = new Map<string, JoinedClient>();
  /** The number of windows per person and document. */
  const windows = new Map<string, number>();

  function apply(
    { documentId, key, entered, connectionId }: JoinedClient,
    change: MemberChange,
  ): Promise<void> {
    if (change.status !== undefined) {
      entered.setStatus(change.status);
      if (connectionId !== undefined) recorder.onStatus(connectionId, documentId, change.status);
    }
    return rooms.change(documentId, key, change);
  }

  return {
    enter({ documentId, workspaceId, member, credential, connectionId }) {
      const { user, clientId, status } = member;
      const client = toDocumentClientKey(documentId, credential, clientId);
      const person = `${documentId}:${user.id}`;
      const count = windows.get(person) ?? 0;
      if (count >= maxWindows) throw new AppError("LIMIT_REACHED");
      windows.set(person, count + 1);
      const leaveRoom = rooms.enter(documentId, member);
      const entered = workspacePresence.enter(workspaceId, { documentId, user, status });
      const joined = { documentId, key: { userId: user.id, clientId }, entered, connectionId };
      const key = toDocumentMemberKey(documentId, user.id, clientId);
      clients.set(client, joined);
      members.set(key, joined);
      if (connectionId !== undefined) recorder.onEntered(connectionId, documentId, workspaceId);
      return () => {
        leaveRoom();
        entered.leave();
        if (clients.get(client) === joined) clients.delete(client);
        if (members.get(key) === joined) members.delete(key);
        const remaining = (windows.get(person) ?? 1) - 1;
        if (remaining === 0) windows.delete(person);
        else windows.set(person, remaining);
        if (connectionId !== undefined) recorder.onLeft(connectionId, documentId);
      };
    },
    change(documentId, credential, clientId, change) {
      const joined = clients.get(toDocumentClientKey(documentId, credential, clientId));
      return joined === undefined ? null : apply(joined, change);
    },
    forward: (...change) => rooms.forward(...change),
    subscribeRoom: (...room) => rooms.watch(...room),
    listMembers: (documentId) => rooms.listMembers(documentId),
    subscribeWorkspace: (workspaceId, signal) => workspacePresence.watch(workspaceId, signal),
    recorder,
    close() {
      peers.close();
      return recorder.close();
    },
  };
}

/** A window in a document, and the objects to notify about it. */
interface JoinedClient {
  documentId: string;
  key: MemberKey;
  entered: PresenceHandle;
  connectionId: string | undefined;
}

const toDocumentClientKey = (
  documentId: string,
  credential: AuthenticatedCredential,
  clientId: number,
): string => `${documentId}:${toCredentialKey(credential)}:${clientId}`;

const toDocumentMemberKey = (documentId: string, userId: string, clientId: number): string =>
  `${documentId}:${userId}:${clientId}`;
