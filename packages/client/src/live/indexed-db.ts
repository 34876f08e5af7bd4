import type { LiveStore } from "./store.ts";

const databaseName = "mdreader";
const states = "states";
const pending = "pending";
const byDocument = "byDocument";

/** A store in the browser that lasts, and that can be emptied when the person signs out on a machine that is not theirs. */
export interface IndexedDbStore extends LiveStore {
  /** Forgets all documents of this person, with what was not sent. */
  clear(): Promise<void>;
  /**
   * Forgets the documents of this person that the server has all of: for signing out.
   * @returns How many are left, since there are edits in them that were not sent.
   */
  forgetSent(): Promise<number>;
  /** The documents with edits of this person that were not sent. */
  unsent(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Keeps documents in the browser, each person's apart from those of others who use it.
 * @param userId Whose documents these are.
 */
export function indexedDbStore(userId: string): IndexedDbStore {
  let opening: Promise<IDBDatabase> | null = null;
  /** Opened by need; and again, after the browser closed it or another version of the app asked for it. */
  const database = () =>
    (opening ??= open(() => {
      opening = null;
    }).catch((error: unknown) => {
      opening = null;
      throw error;
    }));
  const keyOf = (documentId: string) => [userId, documentId];
  // An array sorts after every string, so this is all pairs that begin with the person's id.
  const own = () => IDBKeyRange.bound([userId], [userId, []]);
  const appending = createBatch(async (values: readonly object[]) => {
    const transaction = (await database()).transaction(pending, "readwrite");
    const updates = transaction.objectStore(pending);
    const [keys] = await Promise.all([
      Promise.all(values.map((value) => requestResult(updates.add(value)))),
      transactionEnd(transaction),
    ]);
    return keys.map((key) => {
      if (typeof key !== "number") throw new TypeError("the store numbers what it keeps");
      return key;
    });
  });

  return {
    async load(documentId) {
      const transaction = (await database()).transaction([states, pending]);
      const key = keyOf(documentId);
      const updates = transaction.objectStore(pending).index(byDocument);
      const [state, keys, kept] = await Promise.all([
        requestResult(transaction.objectStore(states).get(key)),
        requestResult(updates.getAllKeys(key)),
        requestResult(updates.getAll(key)),
      ]);
      return {
        state: toBytes(state),
        // Both lists come in the order of the keys, of one moment.
        pending: kept.flatMap((value, index) => {
          const number = keys[index];
          const update = toBytes(value);
          return typeof number === "number" && update !== null ? [{ key: number, update }] : [];
        }),
      };
    },
    append: (documentId, update) => appending.add({ owner: keyOf(documentId), bytes: update }),
    async remove(_documentId, keys) {
      const transaction = (await database()).transaction(pending, "readwrite");
      for (const key of keys) transaction.objectStore(pending).delete(key);
      await transactionEnd(transaction);
    },
    async saveState(documentId, state) {
      const transaction = (await database()).transaction(states, "readwrite");
      transaction.objectStore(states).put({ bytes: state }, keyOf(documentId));
      await transactionEnd(transaction);
    },
    async forgetSent() {
      return removeSentFrom(await database(), own());
    },
    async unsent() {
      const updates = (await database()).transaction(pending).objectStore(pending).index(byDocument);
      const kept = await requestResult(updates.getAll(own()));
      return [...new Set(kept.flatMap((value) => parseOwner(value)?.[1] ?? []))];
    },
    async clear() {
      const transaction = (await database()).transaction([states, pending], "readwrite");
      transaction.objectStore(states).delete(own());
      const updates = transaction.objectStore(pending);
      const keys = await requestResult(updates.index(byDocument).getAllKeys(own()));
      for (const key of keys) updates.delete(key);
      await transactionEnd(transaction);
    },
    async close() {
      const closing = opening;
      opening = null;
      (await closing)?.close();
    },
  };
}

/** Does things in batches: one at a time, and each of what has gathered during the one before. */
function createBatch<Value, Result>(run: (values: readonly Value[]) => Promise<readonly Result[]>) {
  let next: { values: Value[]; results: Promise<readonly Result[]> } | null = null;
  let last: Promise<unknown> = Promise.resolve();
  return {
    async add(value: Value): Promise<Result> {
      if (next === null) {
        const values: Value[] = [];
        const results = last.then(() => {
          next = null;
          return run(values);
        });
        last = results.catch(() => {});
        next = { values, results };
      }
      const { values, results } = next;
      const index = values.push(value) - 1;
      const result = (await results)[index];
      if (result === undefined) throw new TypeError("a batch has a result for each value");
      return result;
    },
  };
}

/**
 * Forgets the documents of everybody who used this browser, as far as the server has all of them. Unsent edits stay, each
 * person's under their own id.
 * @returns How many documents are left with unsent edits.
 */
export async function forgetSentDocuments(): Promise<number> {
  const database = await open(() => {});
  try {
    return await removeSentFrom(database);
  } finally {
    database.close();
  }
}

async function removeSentFrom(database: IDBDatabase, whose?: IDBKeyRange): Promise<number> {
  const transaction = database.transaction([states, pending], "readwrite");
  const kept = transaction.objectStore(states);
  const [all, unsent] = await Promise.all([
    requestResult(kept.getAllKeys(whose)),
    requestResult(transaction.objectStore(pending).index(byDocument).getAll(whose)),
  ]);
  const left = new Set(unsent.map((value) => JSON.stringify(parseOwner(value))));
  for (const key of all) if (!left.has(JSON.stringify(key))) kept.delete(key);
  await transactionEnd(transaction);
  return left.size;
}

async function open(onClosed: () => void): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, 1);
  request.addEventListener("upgradeneeded", () => {
    request.result.createObjectStore(states);
    request.result.createObjectStore(pending, { autoIncrement: true }).createIndex(byDocument, "owner");
  });
  const database = await requestResult(request);
  database.addEventListener("close", onClosed);
  database.addEventListener("versionchange", () => {
    database.close();
    onClosed();
  });
  return database;
}

function requestResult<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("IndexedDB failed")));
  });
}

/** Written is what its transaction has ended with. */
function transactionEnd(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("IndexedDB failed")));
  });
}

/** Whose a kept update is, and of which document. */
function parseOwner(kept: unknown): [userId: string, documentId: string] | null {
  if (typeof kept !== "object" || kept === null || !("owner" in kept) || !Array.isArray(kept.owner))
    return null;
  const [userId, documentId]: unknown[] = kept.owner;
  return typeof userId === "string" && typeof documentId === "string" ? [userId, documentId] : null;
}

function toBytes(kept: unknown): Uint8Array | null {
  if (typeof kept !== "object" || kept === null || !("bytes" in kept)) return null;
  return kept.bytes instanceof Uint8Array ? kept.bytes : null;
}
