import {
  person,
  type Person,
  presenceStatus,
  type PresenceStatus,
  type WorkspacePresence,
} from "@mdreader/contract";
import { z } from "zod";

import type { Bus } from "../ports.ts";
import { createPoller } from "../util/poller.ts";
import type { SetTimer } from "../util/set-timer.ts";
import { createSignal } from "../util/signal.ts";
import type { Peers } from "./peer-heartbeats.ts";
import { isBusier } from "./status.ts";

/**
 * Tracks the people in each document of a workspace. It changes rarely and has few readers: each process publishes all
 * its people on the bus, at most once a second and at least every few seconds, and readers get the full state after
 * each change.
 */
export interface WorkspacePresenceTracker {
  /** Adds a window in a document. The returned handle removes it. */
  enter(workspaceId: string, client: DocumentClient): PresenceHandle;
  watch(workspaceId: string, signal: AbortSignal): AsyncGenerator<WorkspacePresence, void>;
}

export interface DocumentClient {
  documentId: string;
  user: Person;
  status: PresenceStatus;
}

export interface PresenceHandle {
  setStatus(status: PresenceStatus): void;
  leave(): void;
}

const publishIntervalMs = 1000;
const announceIntervalMs = 10_000;

/** The field of a message that holds a process's windows. Earlier versions use the same name. */
const clientsField = "stays";
const clients = z.array(z.object({ documentId: z.string(), user: person, status: presenceStatus }));

interface TrackedWorkspace {
  /** Windows that joined through this process. */
  local: Set<DocumentClient>;
  /** Windows announced by other processes. */
  remote: Map<string, DocumentClient[]>;
  /** The callbacks of subscribers. */
  subscribers: Set<() => void>;
  isPublishScheduled: boolean;
  stop(): void;
}

export function createWorkspacePresenceTracker(
  bus: Bus,
  nodeId: string,
  schedule: SetTimer,
  peers: Peers,
): WorkspacePresenceTracker {
  const workspaces = new Map<string, TrackedWorkspace>();

  peers.onGone((node) => {
    for (const { remote, subscribers } of workspaces.values())
      if (remote.delete(node)) for (const notify of subscribers) notify();
  });

  const openWorkspace = (workspaceId: string): TrackedWorkspace => {
    const existing = workspaces.get(workspaceId);
    if (existing !== undefined) return existing;
    const workspace: TrackedWorkspace = {
      local: new Set(),
      remote: new Map(),
      subscribers: new Set(),
      isPublishScheduled: false,
      stop: () => {},
    };
    workspaces.set(workspaceId, workspace);
    if (bus.hasPeers) subscribeToPeers(workspaceId, workspace);
    return workspace;
  };

  const subscribeToPeers = (workspaceId: string, workspace: TrackedWorkspace) => {
    const stopListening = bus.subscribe(toPresenceChannel(workspaceId), (message) => {
      const { node, [clientsField]: announced } = message;
      if (node === nodeId) return;
      if (typeof node !== "string" || typeof announced !== "string")
        return schedulePublish(workspaceId, workspace);
      peers.onMessage(node);
      workspace.remote.set(node, clients.parse(JSON.parse(announced)));
      for (const notify of workspace.subscribers) notify();
    });
    const announcements = createPoller(schedule, announceIntervalMs, () =>
      schedulePublish(workspaceId, workspace),
    );
    announcements.start();
    workspace.stop = () => {
      stopListening();
      announcements.stop();
    };
    bus.publish(toPresenceChannel(workspaceId), { node: nodeId });
  };

  const schedulePublish = (workspaceId: string, workspace: TrackedWorkspace) => {
    if (workspace.isPublishScheduled) return;
    workspace.isPublishScheduled = true;
    schedule(() => {
      workspace.isPublishScheduled = false;
      if (bus.hasPeers) {
        bus.publish(toPresenceChannel(workspaceId), {
          node: nodeId,
          [clientsField]: JSON.stringify([...workspace.local]),
        });
      }
      for (const notify of workspace.subscribers) notify();
      closeIfIdle(workspaceId, workspace);
    }, publishIntervalMs);
  };

  const closeIfIdle = (workspaceId: string, workspace: TrackedWorkspace) => {
    if (workspace.local.size > 0 || workspace.subscribers.size > 0 || workspace.isPublishScheduled) return;
    workspaces.delete(workspaceId);
    workspace.stop();
  };

  return {
    enter(workspaceId, client) {
      const workspace = openWorkspace(workspaceId);
      const member = { ...client };
      workspace.local.add(member);
      schedulePublish(workspaceId, workspace);
      return {
        setStatus(status) {
          if (member.status === status) return;
          member.status = status;
          schedulePublish(workspaceId, workspace);
        },
        leave() {
          if (workspace.local.delete(member)) schedulePublish(workspaceId, workspace);
        },
      };
    },
    async *watch(workspaceId, signal) {
      const workspace = openWorkspace(workspaceId);
      using updateSignal = createSignal(signal);
      workspace.subscribers.add(updateSignal.notify);
      try {
        let lastSent = "";
        while (!signal.aborted) {
          const state = toWorkspacePresence(workspace);
          const text = JSON.stringify(state);
          if (text !== lastSent) {
            lastSent = text;
            yield state;
          }
          await updateSignal.wait();
        }
      } finally {
        workspace.subscribers.delete(updateSignal.notify);
        closeIfIdle(workspaceId, workspace);
      }
    },
  };
}

const toPresenceChannel = (workspaceId: string) => `whereabouts:${workspaceId}`;

function toWorkspacePresence({ local, remote }: TrackedWorkspace): WorkspacePresence {
  const people = new Map<string, { user: Person; documents: Map<string, PresenceStatus> }>();
  for (const { user, documentId, status } of [...local, ...[...remote.values()].flat()]) {
    const entry = people.get(user.id) ?? { user, documents: new Map<string, PresenceStatus>() };
    people.set(user.id, entry);
    const other = entry.documents.get(documentId);
    if (other === undefined || isBusier(status, other)) entry.documents.set(documentId, status);
  }
  return {
    people: [...people.values()].map(({ user, documents }) => ({
      user,
      documents: [...documents].map(([id, status]) => ({ id, status })),
    })),
  };
}
