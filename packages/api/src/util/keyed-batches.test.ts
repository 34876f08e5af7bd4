import { expect, it } from "vitest";

import { createKeyedBatches } from "./keyed-batches.ts";

const limits = { maxCount: 3, maxWeight: 10, weigh: (item: string) => item.length };

/** Groups that record their items, and wait until `release` is called. */
function createRecorder() {
  const seen: string[][] = [];
  const releases: (() => void)[] = [];
  const run = createKeyedBatches(async (items: readonly string[]) => {
    seen.push([...items]);
    await new Promise<void>((resolve) => releases.push(resolve));
    if (items.includes("bad")) throw new Error("refused");
    return items.map((item) => item.toUpperCase());
  }, limits);
  const release = async () => {
    releases.shift()?.();
    await new Promise(setImmediate);
  };
  return { seen, run, release };
}

it("processes an item alone, and those that arrive together or meanwhile in batches, up to the limits", async () => {
  const { seen, run, release } = createRecorder();
  const alone = run("one", "a");
  await new Promise(setImmediate);
  expect(seen).toEqual([["a"]]);
  const results = Promise.all(["b", "c", "d", "e", "long item 1", "f"].map((item) => run("one", item)));
  for (let round = 0; round < 5; round += 1) await release();
  expect(seen).toEqual([["a"], ["b", "c", "d"], ["e"], ["long item 1"], ["f"]]);
  expect([await alone, ...(await results)]).toEqual(["A", "B", "C", "D", "E", "LONG ITEM 1", "F"]);
  const together = Promise.all([run("one", "g"), run("one", "h")]);
  for (let round = 0; round < 2; round += 1) await release();
  expect(await together).toEqual(["G", "H"]);
  expect(seen.at(-1)).toEqual(["g", "h"]);
});

it("processes batches with different names at the same time", async () => {
  const { seen, run, release } = createRecorder();
  const results = Promise.all([run("one", "a"), run("other", "b")]);
  await new Promise(setImmediate);
  expect(seen).toEqual([["a"], ["b"]]);
  await release();
  await release();
  expect(await results).toEqual(["A", "B"]);
});

it("rejects all items of a batch that fails, and continues with the next", async () => {
  const { run, release } = createRecorder();
  const settled = Promise.allSettled(["a", "b", "bad", "c", "d"].map((item) => run("one", item)));
  for (let round = 0; round < 3; round += 1) await release();
  expect((await settled).map(({ status }) => status)).toEqual([
    "rejected",
    "rejected",
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
});
