import { describe, expect, it } from "vitest";

import { createWeightedLruCache } from "./weighted-lru.ts";

/** A shelf of names, and the names of what had to be made. */
function createTestCache(limits: { count: number; weight: number }) {
  const shelf = createWeightedLruCache<string>(limits);
  const made: string[] = [];
  const use = (name: string, weight = 0) => {
    shelf.getOrCreate(name, () => (made.push(name), name));
    shelf.setWeight(name, weight);
  };
  return { use, made };
}

describe("a shelf", () => {
  it("keeps what was used last, and so many things in all", () => {
    const { use, made } = createTestCache({ count: 2, weight: 100 });
    for (const name of ["a", "b", "a", "c", "a", "b"]) use(name);
    expect(made).toEqual(["a", "b", "c", "b"]);
  });

  it("keeps so much weight in all, as things are when they were used last", () => {
    const { use, made } = createTestCache({ count: 10, weight: 100 });
    use("light", 10);
    use("heavy", 10);
    use("heavy", 95);
    use("heavy", 95);
    use("light", 10);
    use("heavy", 50);
    expect(made).toEqual(["light", "heavy", "light", "heavy"]);
  });

  it("keeps what is used, however heavy", () => {
    const { use, made } = createTestCache({ count: 10, weight: 100 });
    use("huge", 500);
    use("huge", 500);
    expect(made).toEqual(["huge"]);
  });
});
