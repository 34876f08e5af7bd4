import QuickLRU from "quick-lru";

/** Number of windows typing in a document from which its edits are batched. */
const batchThreshold = 30;
/** Batch delay in milliseconds: imperceptible, and about 110 commits a second for any number of people. */
const batchDelayMs = 9;
/** Milliseconds after its last edit during which a window counts as typing. */
const windowMs = 1000;

/**
 * Decides when a document's next edits are committed. With few people, edits are committed immediately. With many,
 * each commit would carry a single character, so edits are batched.
 */
export interface CommitThrottle {
  /** Returns the milliseconds until the next commit of this document. */
  delay(documentId: string): number;
  /** Records the start of a commit. */
  onCommit(documentId: string): void;
  /** Records the client IDs of a commit. Each one is a window in which someone types. */
  onWrite(documentId: string, clientIds: Iterable<number>): void;
}

interface DocumentPace {
  begunAt: number;
  /** Time of each window's last edit. */
  windows: Map<number, number>;
}

/** @param now A monotonic clock in milliseconds. */
export function createCommitThrottle(now: () => number): CommitThrottle {
  const paces = new QuickLRU<string, DocumentPace>({ maxSize: 1000 });
  const getPace = (documentId: string): DocumentPace => {
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
      getPace(documentId).begunAt = now();
    },
    onWrite(documentId, clientIds) {
      const { windows } = getPace(documentId);
      const at = now();
      for (const clientId of clientIds) windows.set(clientId, at);
    },
  };
}
