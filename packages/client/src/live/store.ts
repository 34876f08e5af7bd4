/** An update that is not acknowledged yet, with its key in the store. */
export interface PendingUpdate {
  key: number;
  update: Uint8Array;
}

export interface StoredDocument {
  /** The document as it was last stored, or null. */
  state: Uint8Array | null;
  pending: PendingUpdate[];
}

/**
 * Local storage of one user's documents, so that edits survive a reload. Several windows may share a store. Each update
 * stays until it is acknowledged.
 */
export interface LiveStore {
  load(documentId: string): Promise<StoredDocument>;
  /** Stores an update until it is acknowledged. @returns The key for its removal. */
  append(documentId: string, update: Uint8Array): Promise<number>;
  remove(documentId: string, keys: readonly number[]): Promise<void>;
  saveState(documentId: string, state: Uint8Array): Promise<void>;
}

/** Creates a store that lasts as long as this process. */
export function memoryStore(): LiveStore {
  const states = new Map<string, Uint8Array>();
  const pending = new Map<number, { documentId: string; update: Uint8Array }>();
  let lastKey = 0;
  return {
    load: async (documentId) => ({
      state: states.get(documentId) ?? null,
      pending: [...pending].flatMap(([key, entry]) =>
        entry.documentId === documentId ? [{ key, update: entry.update }] : [],
      ),
    }),
    async append(documentId, update) {
      pending.set(++lastKey, { documentId, update });
      return lastKey;
    },
    async remove(_documentId, keys) {
      for (const key of keys) pending.delete(key);
    },
    async saveState(documentId, state) {
      states.set(documentId, state);
    },
  };
}
