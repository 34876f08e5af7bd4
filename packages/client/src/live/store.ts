/** An update that waits to be acknowledged, under the number by which the store knows it. */
export interface PendingUpdate {
  key: number;
  update: Uint8Array;
}

export interface StoredDocument {
  /** All of the document that was known when it was last kept, or null. */
  state: Uint8Array | null;
  pending: PendingUpdate[];
}

/**
 * Where one person's documents are kept on their machine, so that what they typed outlives a reload. Several windows may
 * share one: what each adds stays until it is acknowledged.
 */
export interface LiveStore {
  load(documentId: string): Promise<StoredDocument>;
  /** Keeps an update until it is acknowledged. @returns The key to remove it by. */
  append(documentId: string, update: Uint8Array): Promise<number>;
  remove(documentId: string, keys: readonly number[]): Promise<void>;
  saveState(documentId: string, state: Uint8Array): Promise<void>;
}

/** Keeps things for as long as this process runs. */
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
