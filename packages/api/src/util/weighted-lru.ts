/**
 * Keeps things at hand that can be had again: as many as fit, by number and by weight. The one that was not used for
 * longest goes first.
 */
export interface WeightedLruCache<Thing> {
  /** What is under this name, or what `make` makes, which is put there. */
  getOrCreate(name: string, make: () => Thing): Thing;
  /** Notes what something weighs now, and lets go of others until all that is left fits. */
  setWeight(name: string, weight: number): void;
}

/** @param limits How many things there are at most, and what they weigh together; the one in use may weigh more. */
export function createWeightedLruCache<Thing>(limits: {
  count: number;
  weight: number;
}): WeightedLruCache<Thing> {
  // A map keeps its entries in the order in which they were set.
  const entries = new Map<string, { thing: Thing; weight: number }>();
  let total = 0;

  const makeRoom = () => {
    for (const [name, { weight }] of entries) {
      if (entries.size === 1 || (entries.size <= limits.count && total <= limits.weight)) return;
      entries.delete(name);
      total -= weight;
    }
  };

  return {
    getOrCreate(name, make) {
      const entry = entries.get(name) ?? { thing: make(), weight: 0 };
      entries.delete(name);
      entries.set(name, entry);
      makeRoom();
      return entry.thing;
    },
    setWeight(name, weight) {
      const entry = entries.get(name);
      // It was let go of meanwhile.
      if (entry === undefined) return;
      total += weight - entry.weight;
      entry.weight = weight;
      makeRoom();
    },
  };
}
