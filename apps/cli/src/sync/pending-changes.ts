import { relative, sep } from "node:path";

import type { RouterOutputs } from "@mdreader/client";

import type { SyncPair } from "./sync-pass.ts";

type WorkspaceEvent = RouterOutputs["workspace"]["activity"]["items"][number];

/** The paths and items that may have changed since the last sync. */
export interface PossibleChanges {
  /** Whether the workspace's list of entries may have changed, or only texts and files. */
  inList: boolean;
  /** New or restored documents, whose texts will probably be read. */
  newDocumentIds: string[];
}

/** Collects what may have changed while no sync is running, or during one. */
export interface PendingChanges {
  noteList(): void;
  noteContents(): void;
  noteEvent(event: WorkspaceEvent): void;
  /** @param path A path on disk that may have changed. */
  notePath(path: string): void;
  isNoted(): boolean;
  /** Returns the collected changes, and collects new ones. Null if this process has made or seen all of them. */
  take(): PossibleChanges | null;
}

const createsDocument = new Set<WorkspaceEvent["kind"]>(["document.created", "document.restored"]);

/** @param onNoted Called for each change. */
export function createPendingChanges(
  { listing, local }: Pick<SyncPair, "listing" | "local">,
  folder: string,
  onNoted: () => void,
): PendingChanges {
  let inList = false;
  let inContents = false;
  let events: WorkspaceEvent[] = [];
  let paths = new Set<string>();

  return {
    noteList() {
      inList = true;
      onNoted();
    },
    noteContents() {
      inContents = true;
      onNoted();
    },
    noteEvent(event) {
      events.push(event);
      onNoted();
    },
    notePath(path) {
      paths.add(path);
      onNoted();
    },
    isNoted: () => inList || inContents || events.length > 0 || paths.size > 0,
    take() {
      const unlisted = events.filter(({ seq }) => seq > listing.eventSeq);
      const isListChanged = inList || unlisted.length > 0;
      const isChanged =
        isListChanged ||
        inContents ||
        [...paths].some((path) => !local.isAsScanned(relative(folder, path).replaceAll(sep, "/")));
      inList = false;
      inContents = false;
      events = [];
      paths = new Set();
      if (!isChanged) return null;
      const newDocumentIds = unlisted.flatMap(({ kind, subjectId }) =>
        createsDocument.has(kind) && subjectId !== null ? [subjectId] : [],
      );
      return { inList: isListChanged, newDocumentIds };
    },
  };
}
