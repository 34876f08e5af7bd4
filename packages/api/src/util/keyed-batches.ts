export interface BatchLimits<Item> {
  /** Maximum number of items in a batch, and their maximum total weight. A heavier item comes alone. */
  maxCount: number;
  maxWeight: number;
  weigh(item: Item): number;
}

/** Returns the number of leading items that form a batch. */
export function countBatch<Item>(
  items: readonly Item[],
  { maxCount, maxWeight, weigh }: BatchLimits<Item>,
): number {
  let weight = 0;
  const over = items.findIndex((item) => (weight += weigh(item)) > maxWeight);
  return Math.min(maxCount, over === -1 ? items.length : Math.max(1, over));
}

/** An item that waits for the result of its batch. */
export interface WaitingItem<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** Resolves when the messages that have already arrived are handled: calls that arrive together share a batch. */
export const waitForEndOfTurn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Processes items in batches, one batch per name at a time: items that arrive in one turn of the event loop, or while a
 * batch is being processed, form the next one. An item alone waits for nothing.
 *
 * @param work Processes a batch, and returns the result of each item. If it fails, it fails for all of them.
 */
export function createKeyedBatches<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
  limits: BatchLimits<Item>,
): (name: string, item: Item) => Promise<Result> {
  const itemLimits = { ...limits, weigh: ({ item }: WaitingItem<Item, Result>) => limits.weigh(item) };
  const waiting = new Map<string, WaitingItem<Item, Result>[]>();

  const processAll = async (name: string, queue: WaitingItem<Item, Result>[]): Promise<void> => {
    await waitForEndOfTurn();
    while (queue.length > 0) {
      const batch = queue.splice(0, countBatch(queue, itemLimits));
      try {
        const results = await work(batch.map(({ item }) => item));
        for (const [index, { resolve, reject }] of batch.entries()) {
          const result = results[index];
          if (result === undefined) reject(new Error("An item of a batch has no result."));
          else resolve(result);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    waiting.delete(name);
  };

  return (name, item) =>
    new Promise((resolve, reject) => {
      const entry = { item, resolve, reject };
      const queue = waiting.get(name);
      if (queue !== undefined) return void queue.push(entry);
      const started = [entry];
      waiting.set(name, started);
      void processAll(name, started);
    });
}
