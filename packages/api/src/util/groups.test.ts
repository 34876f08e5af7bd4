import { expect, it } from "vitest";

import { createGroups } from "./groups.ts";

const limits = { maxCount: 3, maxWeight: 10, weigh: (item: string) => item.length };

/** Groups that record their items, and wait until `release` is called. */
function createRecorder() {
  const seen: string[][] = [];
  const releases: (() => void)[] = [];
  const run = createGroups(async (items: readonly string[]) => {
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

it("processes the first item alone, and those that arrive meanwhile together, up to the limits", async () => {
  const { seen, run, release } = createRecorder();
  const results = Promise.all(["a", "b", "c", "d", "e", "long item 1", "f"].map((item) => run("one", item)));
  expect(seen).toEqual([["a"]]);
  for (let round = 0; round < 5; round += 1) await release();
  expect(seen).toEqual([["a"], ["b", "c", "d"], ["e"], ["long item 1"], ["f"]]);
  expect(await results).toEqual(["A", "B", "C", "D", "E", "LONG ITEM 1", "F"]);
});

it("processes groups with different names at the same time", async () => {
  const { seen, run, release } = createRecorder();
  const results = Promise.all([run("one", "a"), run("other", "b")]);
  expect(seen).toEqual([["a"], ["b"]]);
  await release();
  await release();
  expect(await results).toEqual(["A", "B"]);
});

it("rejects all items of a group that fails, and continues with the next", async () => {
  const { run, release } = createRecorder();
  const settled = Promise.allSettled(["a", "b", "bad", "c", "d"].map((item) => run("one", item)));
  for (let round = 0; round < 3; round += 1) await release();
  expect((await settled).map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "rejected",
    "rejected",
    "fulfilled",
  ]);
});
