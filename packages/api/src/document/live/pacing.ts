import QuickLRU from "quick-lru";

/** From how many windows on that type in one document their edits gather. */
const crowd = 30;
/** For how many milliseconds they do: too short to be seen, and ten commits a second for any number of people. */
const gathering = 100;
/** For how many milliseconds after its last edit a window counts as typing. */
const memory = 1000;

/**
 * Says when a document's next edits are to be committed. Few people never wait: their edits are committed as they come.
 * Where a crowd types in one document, each commit would carry a single character; there edits gather for a moment.
 */
export interface Pacing {
  /** Milliseconds until the next commit of this document should begin. */
  pause(documentId: string): number;
  /** Notes that a commit begins. */
  begun(documentId: string): void;
  /** Notes under which client ids it has written: each is a window that someone types in. */
  wrote(documentId: string, clientIds: Iterable<number>): void;
}

interface Pace {
  begunAt: number;
  /** When each window has written last. */
  windows: Map<number, number>;
}

/** @param now The time in milliseconds, of any clock that only goes forward. */
export function createPacing(now: () => number): Pacing {
  const paces = new QuickLRU<string, Pace>({ maxSize: 1000 });
  const paceOf = (documentId: string): Pace => {
    const pace = paces.get(documentId) ?? { begunAt: 0, windows: new Map() };
    paces.set(documentId, pace);
    return pace;
  };
  return {
    pause(documentId) {
      const pace = paces.get(documentId);
      if (pace === undefined || pace.windows.size < crowd) return 0;
      const at = now();
      for (const [clientId, last] of pace.windows) if (last < at - memory) pace.windows.delete(clientId);
      return pace.windows.size < crowd ? 0 : Math.max(0, pace.begunAt + gathering - at);
    },
    begun(documentId) {
      paceOf(documentId).begunAt = now();
    },
    wrote(documentId, clientIds) {
      const { windows } = paceOf(documentId);
      const at = now();
      for (const clientId of clientIds) windows.set(clientId, at);
    },
  };
}
