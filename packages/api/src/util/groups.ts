export interface GroupLimits<Item> {
  /** Maximum number of items in a group, and their maximum total weight. A heavier item comes alone. */
  maxCount: number;
  maxWeight: number;
  weigh(item: Item): number;
}

/** Returns the number of leading items that form a group. */
export function countGroup<Item>(
  items: readonly Item[],
  { maxCount, maxWeight, weigh }: GroupLimits<Item>,
): number {
  let weight = 0;
  const over = items.findIndex((item) => (weight += weigh(item)) > maxWeight);
  return Math.min(maxCount, over === -1 ? items.length : Math.max(1, over));
}

interface WaitingItem<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** Resolves when the messages that have already arrived are handled: calls that arrive together share a group. */
export const endOfTurn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Processes items in groups, one group per name at a time: items that arrive in one turn of the event loop, or while a
 * group is being processed, form the next one. An item alone waits for nothing.
 *
 * @param work Processes a group, and returns the result of each item. If it fails, it fails for all of them.
 */
export function createGroups<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
  limits: GroupLimits<Item>,
): (name: string, item: Item) => Promise<Result> {
  const groupLimits = { ...limits, weigh: ({ item }: WaitingItem<Item, Result>) => limits.weigh(item) };
  const waiting = new Map<string, WaitingItem<Item, Result>[]>();

  const processAll = async (name: string, queue: WaitingItem<Item, Result>[]): Promise<void> => {
    await endOfTurn();
    while (queue.length > 0) {
      const group = queue.splice(0, countGroup(queue, groupLimits));
      try {
        const results = await work(group.map(({ item }) => item));
        for (const [index, { resolve, reject }] of group.entries()) {
          const result = results[index];
          if (result === undefined) reject(new Error("An item of a group has no result."));
          else resolve(result);
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
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
