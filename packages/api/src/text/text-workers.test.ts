import { setImmediate } from "node:timers/promises";

import { diffLines, merge } from "@mdreader/collab";
import { readMarkdown } from "@mdreader/markdown";
import { afterAll, expect, it } from "vitest";

import { AppError } from "../errors.ts";
import { createTextWorkers } from "./text-workers.ts";

const userId = "a person";
const log = { info: () => {}, warn: () => {}, error: () => {} };
const textWork = createTextWorkers({ log });
afterAll(() => textWork.close());

/** A text of many lines, in which `isOther` selects the lines that differ. */
const textOf = (isOther: (line: number) => boolean, mark: string) =>
  Array.from({ length: 20_000 }, (_, n) => `line ${n}${isOther(n) ? ` ${mark}` : ""}\n`).join("");
const base = textOf(() => false, "");
const mine = textOf((n) => n % 10 === 0, "mine");
const theirs = textOf((n) => n % 10 === 5, "theirs");

it("merges and compares long texts concurrently, without blocking the event loop", async () => {
  let settled = 0;
  const tasks = [
    textWork.merge(userId, base, mine, theirs),
    textWork.merge(userId, base, theirs, mine),
    textWork.compare(userId, base, mine),
    textWork.merge(userId, base, mine, base),
  ];
  for (const task of tasks) void task.then(() => (settled += 1));
  await setImmediate();
  expect(settled).toBe(0);
  expect(await Promise.all(tasks)).toEqual([
    merge(base, mine, theirs),
    merge(base, theirs, mine),
    diffLines(base, mine),
    merge(base, mine, base),
  ]);
});

it("reads a long text without blocking the event loop", async () => {
  const text = "A [link](a.png) and **more**.\n\n".repeat(2_000);
  let isSettled = false;
  const reading = textWork.readMarkdown(userId, text).finally(() => (isSettled = true));
  await setImmediate();
  expect(isSettled).toBe(false);
  expect(await reading).toEqual(readMarkdown(text));
});

it("processes short texts inline, and merges in which one side is unchanged", async () => {
  expect(await textWork.merge(userId, "a\n", "b\n", "a\nc\n")).toEqual(merge("a\n", "b\n", "a\nc\n"));
  expect(await textWork.merge(userId, base, base, theirs)).toEqual({
    text: theirs,
    edits: [],
    conflicts: [],
  });
  expect(await textWork.compare(userId, "a\n", "b\n")).toEqual(diffLines("a\n", "b\n"));
});

it("aborts a task that takes too long, and continues with the next", async () => {
  const hurried = createTextWorkers({ log }, { maxTaskMs: 1, maxWaitMs: 15_000 });
  const refused = await hurried.merge(userId, base, mine, theirs).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({ reason: "UNAVAILABLE" });
  expect((await hurried.merge(userId, "a\n", "b\n", "a\n")).text).toBe("b\n");
  await hurried.close();
});

it("takes turns between users, and rejects too many tasks of one user", async () => {
  const inTurn = createTextWorkers({ log });
  const finished: string[] = [];
  const many = Array.from({ length: 40 }, () => inTurn.merge("one", base, mine, theirs));
  const results = many.map((task) =>
    task.then(
      () => finished.push("one"),
      (error: unknown) => {
        if (!(error instanceof AppError) || error.reason !== "RATE_LIMITED") throw error;
        finished.push("refused");
      },
    ),
  );
  const other = inTurn.merge("other", base, theirs, mine).then(() => finished.push("other"));
  await other;
  await inTurn.merge("third", base, theirs, mine).then(() => finished.push("third"));
  // One user has only one of the two threads. Most of their tasks are still waiting.
  expect(finished.slice(0, 14).every((name) => name === "refused")).toBe(true);
  expect(finished.filter((name) => name === "one").length).toBeLessThan(10);
  expect(finished.at(-1)).toBe("third");
  await inTurn.close();
  void Promise.allSettled(results);
});

it("does not run tasks that have waited too long", async () => {
  const hurried = createTextWorkers({ log }, { maxTaskMs: 10_000, maxWaitMs: 50 });
  const [first, , last] = await Promise.allSettled(
    Array.from({ length: 3 }, () => hurried.merge(userId, base, mine, theirs)),
  );
  expect(first).toMatchObject({ status: "fulfilled" });
  expect(last).toMatchObject({ status: "rejected", reason: { reason: "UNAVAILABLE" } });
  await hurried.close();
});
