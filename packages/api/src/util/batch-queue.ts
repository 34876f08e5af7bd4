import { isConnectionFailure } from "./database-errors.ts";
import { type BatchLimits, countBatch, waitForEndOfTurn, type WaitingItem } from "./keyed-batches.ts";
import { setSystemTimer } from "./set-timer.ts";

/**
 * Maximum number of batches that are processed at the same time. A batch that takes longer than usual, because its
 * statement waits for a lock or a connection, is not counted.
 */
const maxRunning = 2;
const usualMs = 50;

/**
 * Processes items in batches: those that arrive in one turn of the event loop, or while others are being processed, share a
 * batch. While few arrive, each is processed alone at once.
 *
 * @param work Processes a batch. It settles the items, and never fails.
 */
export function createBatchQueue<Item>(
  work: (items: readonly Item[]) => Promise<void>,
  limits: BatchLimits<Item>,
): (item: Item) => void {
  const waiting: Item[] = [];
  let running = 0;

  const runNext = async () => {
    await waitForEndOfTurn();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, countBatch(waiting, limits));
      await settleWithin(usualMs, work(batch));
      // Calls that were waiting for these results join the next batch.
      await waitForEndOfTurn();
    }
    running -= 1;
  };

  return (item) => {
    waiting.push(item);
    if (running >= maxRunning) return;
    running += 1;
    void runNext();
  };
}

/** Resolves when the work is done or the time is over. */
const settleWithin = (ms: number, work: Promise<void>): Promise<void> =>
  new Promise((resolve) => {
    const cancel = setSystemTimer(resolve, ms);
    void work.then(cancel).then(resolve);
  });

/** Reads items, alone or together. */
export interface SharedRead<Item, Result> {
  readAlone(item: Item): Promise<Result>;
  /** Returns the result of each item. */
  readTogether(items: readonly Item[]): Promise<readonly Result[]>;
}

/**
 * Reads items that arrive at the same time in one statement. If it fails, each item is read alone, so that none fails
 * because of another one.
 */
export function createSharedReads<Item, Result>(
  { readAlone, readTogether }: SharedRead<Item, Result>,
  maxCount: number,
): (item: Item) => Promise<Result> {
  const readEach = async (items: readonly WaitingItem<Item, Result>[]): Promise<void> => {
    await Promise.all(items.map(({ item, resolve, reject }) => readAlone(item).then(resolve, reject)));
  };

  const readAll = async (items: readonly WaitingItem<Item, Result>[]): Promise<void> => {
    try {
      const results = await readTogether(items.map(({ item }) => item));
      for (const [index, { resolve }] of items.entries()) resolve(results[index] as Result); // one for each item
    } catch (error) {
      if (!isConnectionFailure(error)) return readEach(items);
      for (const { reject } of items) reject(error);
    }
  };

  const read = createBatchQueue<WaitingItem<Item, Result>>(
    (items) => (items.length === 1 ? readEach(items) : readAll(items)),
    { maxCount, maxWeight: maxCount, weigh: () => 1 },
  );
  return (item) => new Promise((resolve, reject) => read({ item, resolve, reject }));
}
