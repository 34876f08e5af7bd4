/** Caches values that can be created again, up to a number and a total weight. Evicts the least recently used first. */
export interface WeightedLruCache<Value> {
  /** Returns the value under this name. If there is none, stores and returns the result of `create`. */
  getOrCreate(name: string, create: () => Value): Value;
  /** Updates an entry's weight, and evicts others until the rest fits. */
  setWeight(name: string, weight: number): void;
}

/** @param limits Maximum number and total weight of the entries. The one in use may exceed the weight. */
export function createWeightedLruCache<Value>(limits: {
  count: number;
  weight: number;
}): WeightedLruCache<Value> {
  // A map keeps its entries in insertion order.
  const entries = new Map<string, { value: Value; weight: number }>();
  let total = 0;

  const evict = () => {
    for (const [name, { weight }] of entries) {
      if (entries.size === 1 || (entries.size <= limits.count && total <= limits.weight)) return;
      entries.delete(name);
      total -= weight;
    }
  };

  return {
    getOrCreate(name, create) {
      const entry = entries.get(name) ?? { value: create(), weight: 0 };
      entries.delete(name);
      entries.set(name, entry);
      evict();
      return entry.value;
    },
    setWeight(name, weight) {
      const entry = entries.get(name);
      // It was evicted in the meantime.
      if (entry === undefined) return;
      total += weight - entry.weight;
      entry.weight = weight;
      evict();
    },
  };
}
