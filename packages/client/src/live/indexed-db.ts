import type { LiveStore } from "./store.ts";

const databaseName = "mdreader";
const states = "states";
const pending = "pending";
const byDocument = "byDocument";

/** A persistent store in the browser, which can be cleared at sign-out on a shared machine. */
export interface IndexedDbStore extends LiveStore {
  /** Removes all documents of this user, including unsent edits. */
  clear(): Promise<void>;
  /**
   * Removes the documents of this user that have no unsent edits, for sign-out.
   * @returns The number of documents that remain because they have unsent edits.
   */
  forgetSent(): Promise<number>;
  /** The IDs of documents with unsent edits of this user. */
  unsent(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Creates a store in the browser, separate for each user.
 * @param userId The owner of the documents.
 */
export function indexedDbStore(userId: string): IndexedDbStore {
  let opening: Promise<IDBDatabase> | null = null;
  /** Opened on demand, and reopened after the browser closed it or another version of the app upgraded it. */
  const getDatabase = () =>
    (opening ??= open(() => {
      opening = null;
    }).catch((error: unknown) => {
      opening = null;
      throw error;
    }));
  const toKey = (documentId: string) => [userId, documentId];
  // An array sorts after every string, so this range has all pairs that start with the user's ID.
  const toOwnRange = () => IDBKeyRange.bound([userId], [userId, []]);
  const appending = createBatch(async (values: readonly object[]) => {
    const transaction = (await getDatabase()).transaction(pending, "readwrite");
    const updates = transaction.objectStore(pending);
    const [keys] = await Promise.all([
      Promise.all(values.map((value) => waitForResult(updates.add(value)))),
      waitForTransaction(transaction),
    ]);
    return keys.map((key) => {
      if (typeof key !== "number") throw new TypeError("the store generates numeric keys");
      return key;
    });
  });

  return {
    async load(documentId) {
      const transaction = (await getDatabase()).transaction([states, pending]);
      const key = toKey(documentId);
      const updates = transaction.objectStore(pending).index(byDocument);
      const [state, keys, kept] = await Promise.all([
        waitForResult(transaction.objectStore(states).get(key)),
        waitForResult(updates.getAllKeys(key)),
        waitForResult(updates.getAll(key)),
      ]);
      return {
        state: toBytes(state),
        // Both lists are in key order and from the same transaction.
        pending: kept.flatMap((value, index) => {
          const number = keys[index];
          const update = toBytes(value);
          return typeof number === "number" && update !== null ? [{ key: number, update }] : [];
        }),
      };
    },
    append: (documentId, update) => appending.add({ owner: toKey(documentId), bytes: update }),
    async remove(_documentId, keys) {
      const transaction = (await getDatabase()).transaction(pending, "readwrite");
      for (const key of keys) transaction.objectStore(pending).delete(key);
      await waitForTransaction(transaction);
    },
    async saveState(documentId, state) {
      const transaction = (await getDatabase()).transaction(states, "readwrite");
      transaction.objectStore(states).put({ bytes: state }, toKey(documentId));
      await waitForTransaction(transaction);
    },
    async forgetSent() {
      return removeSentFrom(await getDatabase(), toOwnRange());
    },
    async unsent() {
      const updates = (await getDatabase()).transaction(pending).objectStore(pending).index(byDocument);
      const kept = await waitForResult(updates.getAll(toOwnRange()));
      return [...new Set(kept.flatMap((value) => parseOwner(value)?.[1] ?? []))];
    },
    async clear() {
      const transaction = (await getDatabase()).transaction([states, pending], "readwrite");
      transaction.objectStore(states).delete(toOwnRange());
      const updates = transaction.objectStore(pending);
      const keys = await waitForResult(updates.index(byDocument).getAllKeys(toOwnRange()));
      for (const key of keys) updates.delete(key);
      await waitForTransaction(transaction);
    },
    async close() {
      const closing = opening;
      opening = null;
      (await closing)?.close();
    },
  };
}

/** Runs work in batches, one at a time. Each batch has the values that were added during the previous one. */
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
 * Removes the documents of all users of this browser that have no unsent edits. Unsent edits remain, each user's under
 * their own ID.
 * @returns The number of documents that remain because they have unsent edits.
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
    waitForResult(kept.getAllKeys(whose)),
    waitForResult(transaction.objectStore(pending).index(byDocument).getAll(whose)),
  ]);
  const left = new Set(unsent.map((value) => JSON.stringify(parseOwner(value))));
  for (const key of all) if (!left.has(JSON.stringify(key))) kept.delete(key);
  await waitForTransaction(transaction);
  return left.size;
}

async function open(onClosed: () => void): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, 1);
  request.addEventListener("upgradeneeded", () => {
    request.result.createObjectStore(states);
    request.result.createObjectStore(pending, { autoIncrement: true }).createIndex(byDocument, "owner");
  });
  const database = await waitForResult(request);
  database.addEventListener("close", onClosed);
  database.addEventListener("versionchange", () => {
    database.close();
    onClosed();
  });
  return database;
}

function waitForResult<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("IndexedDB failed")));
  });
}

/** Waits until a transaction is complete, because writes are only durable then. */
function waitForTransaction(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("IndexedDB failed")));
  });
}

/** The user and the document that a stored update belongs to. */
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
