import QuickLRU from "quick-lru";

/** From how many windows on that type in one document their edits gather. */
const batchThreshold = 30;
/** For how many milliseconds they do: too short to be seen, and ten commits a second for any number of people. */
const batchDelayMs = 100;
/** For how many milliseconds after its last edit a window counts as typing. */
const windowMs = 1000;

/**
 * Says when a document's next edits are to be committed. Few people never wait: their edits are committed as they come.
 * Where a crowd types in one document, each commit would carry a single character; there edits gather for a moment.
 */
export interface CommitThrottle {
  /** Milliseconds until the next commit of this document should begin. */
  delay(documentId: string): number;
  /** Notes that a commit begins. */
  onCommit(documentId: string): void;
  /** Notes under which client ids it has written: each is a window that someone types in. */
  onWrite(documentId: string, clientIds: Iterable<number>): void;
}

interface DocumentPace {
  begunAt: number;
  /** When each window has written last. */
  windows: Map<number, number>;
}

/** @param now The time in milliseconds, of any clock that only goes forward. */
export function createCommitThrottle(now: () => number): CommitThrottle {
  const paces = new QuickLRU<string, DocumentPace>({ maxSize: 1000 });
  const paceOf = (documentId: string): DocumentPace => {
    const pace = paces.get(documentId) ?? { begunAt: 0, windows: new Map() };
    paces.set(documentId, pace);
    return pace;
  };
  return {
    delay(documentId) {
      const pace = paces.get(documentId);
      if (pace === undefined || pace.windows.size < batchThreshold) return 0;
      const at = now();
      for (const [clientId, last] of pace.windows) if (last < at - windowMs) pace.windows.delete(clientId);
      return pace.windows.size < batchThreshold ? 0 : Math.max(0, pace.begunAt + batchDelayMs - at);
    },
    onCommit(documentId) {
      paceOf(documentId).begunAt = now();
    },
    onWrite(documentId, clientIds) {
      const { windows } = paceOf(documentId);
      const at = now();
      for (const clientId of clientIds) windows.set(clientId, at);
    },
  };
}
