import { describe, expect, it } from "vitest";

import { createWeightedLruCache } from "./weighted-lru.ts";

/** A cache of names, and the names that had to be created. */
function createTestCache(limits: { count: number; weight: number }) {
  const cache = createWeightedLruCache<string>(limits);
  const made: string[] = [];
  const use = (name: string, weight = 0) => {
    cache.getOrCreate(name, () => (made.push(name), name));
    cache.setWeight(name, weight);
  };
  return { use, made };
}

describe("createWeightedLruCache", () => {
  it("keeps the most recently used entries, up to the maximum number", () => {
    const { use, made } = createTestCache({ count: 2, weight: 100 });
    for (const name of ["a", "b", "a", "c", "a", "b"]) use(name);
    expect(made).toEqual(["a", "b", "c", "b"]);
  });

  it("keeps entries up to the maximum weight, using their last weights", () => {
    const { use, made } = createTestCache({ count: 10, weight: 100 });
    use("light", 10);
    use("heavy", 10);
    use("heavy", 95);
    use("heavy", 95);
    use("light", 10);
    use("heavy", 50);
    expect(made).toEqual(["light", "heavy", "light", "heavy"]);
  });

  it("keeps the entry in use, regardless of its weight", () => {
    const { use, made } = createTestCache({ count: 10, weight: 100 });
    use("huge", 500);
    use("huge", 500);
    expect(made).toEqual(["huge"]);
  });
});
