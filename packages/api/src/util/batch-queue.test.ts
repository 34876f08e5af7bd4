import { ConnectionError } from "@mdreader/db";
import { expect, it } from "vitest";

import { createSharedReads } from "./batch-queue.ts";

/** Reads that record their statements. Items with a "!" fail in a statement with others, and those with "?" always. */
function createRecorder(failure: Error = new Error("refused")) {
  const statements: string[][] = [];
  const read = createSharedReads<string, string>(
    {
      readAlone: (item) => run([item], "?").then(([result = ""]) => result),
      readTogether: (items) => run(items, "!"),
    },
    3,
  );
  async function run(items: readonly string[], refused: string): Promise<string[]> {
    statements.push([...items]);
    await new Promise(setImmediate);
    if (items.some((item) => item.includes(refused))) throw failure;
    return items.map((item) => item.toUpperCase());
  }
  return { statements, read };
}

it("reads an item alone, and those that arrive together in one statement, up to the limit", async () => {
  const { statements, read } = createRecorder();
  expect(await read("alone")).toBe("ALONE");
  expect(await Promise.all(["a", "b", "c", "d"].map(read))).toEqual(["A", "B", "C", "D"]);
  expect(statements).toEqual([["alone"], ["a", "b", "c"], ["d"]]);
});

it("shares a statement among items that arrive while two others are running", async () => {
  const { statements, read } = createRecorder();
  const first = read("a");
  await new Promise(setImmediate);
  const results = [first, read("b")];
  await new Promise(setImmediate);
  results.push(read("c"), read("d"));
  expect(await Promise.all(results)).toEqual(["A", "B", "C", "D"]);
  expect(statements).toEqual([["a"], ["b"], ["c", "d"]]);
});

it("reads each item alone when their statement fails", async () => {
  const { read } = createRecorder();
  const results = await Promise.allSettled(["a", "b!", "c!?"].map(read));
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
});

it("rejects all items of a statement whose connection is lost", async () => {
  const lost = new ConnectionError("the connection is lost");
  const { statements, read } = createRecorder(new Error("query", { cause: lost }));
  const results = await Promise.allSettled(["a", "b!"].map(read));
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(statements).toHaveLength(1);
});
