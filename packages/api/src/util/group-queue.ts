import { isConnectionFailure } from "./database-errors.ts";
import { countGroup, endOfTurn, type GroupLimits } from "./groups.ts";
import { setSystemTimer } from "./set-timer.ts";

/**
 * Maximum number of groups that are processed at the same time. A group that takes longer than usual, because its
 * statement waits for a lock or a connection, is not counted.
 */
const maxRunning = 2;
const usualMs = 50;

/**
 * Processes items in groups: those that arrive in one turn of the event loop, or while others are being processed, share a
 * group. While few arrive, each is processed alone at once.
 *
 * @param work Processes a group. It settles the items, and never fails.
 */
export function createGroupQueue<Item>(
  work: (items: readonly Item[]) => Promise<void>,
  limits: GroupLimits<Item>,
): (item: Item) => void {
  const waiting: Item[] = [];
  let running = 0;

  const runNext = async () => {
    await endOfTurn();
    while (waiting.length > 0) {
      const group = waiting.splice(0, countGroup(waiting, limits));
      await settleWithin(usualMs, work(group));
      // Calls that were waiting for these results join the next group.
      await endOfTurn();
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

/** An item that waits for the result of a statement. */
interface WaitingItem<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

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

  const read = createGroupQueue<WaitingItem<Item, Result>>(
    (items) => (items.length === 1 ? readEach(items) : readAll(items)),
    { maxCount, maxWeight: maxCount, weigh: () => 1 },
  );
  return (item) => new Promise((resolve, reject) => read({ item, resolve, reject }));
}
