/** Caches the most recently used values, up to a total weight. */
export interface WeightedCache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value, weight: number): void;
}

export function createWeightedCache<Value>(maxWeight: number): WeightedCache<Value> {
  // A map keeps its entries in insertion order.
  const entries = new Map<string, { value: Value; weight: number }>();
  let total = 0;
  const remove = (key: string) => {
    total -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, weight) {
      remove(key);
      if (weight > maxWeight) return;
      entries.set(key, { value, weight });
      total += weight;
      for (const [oldest] of entries) {
        if (total <= maxWeight) break;
        remove(oldest);
      }
    },
  };
}
