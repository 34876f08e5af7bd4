import { expect, test } from "vitest";

import { countWritten, waitToWrite } from "./event-loop-turns.ts";

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test("large responses that are ready together are written one per turn of the event loop", async () => {
  let turn = 0;
  let isDone = false;
  const countTurns = () => {
    turn += 1;
    if (!isDone) setImmediate(countTurns);
  };
  setImmediate(countTurns);
  countWritten(1_500_000);
  const turns = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const wait = waitToWrite();
      expect(wait).not.toBeNull();
      await wait;
      countWritten(1_500_000);
      return turn;
    }),
  );
  isDone = true;
  expect(new Set(turns).size).toBe(5);
  await nextTurn();
  await nextTurn();
  expect(waitToWrite()).toBeNull();
});

test("small responses are written immediately", () => {
  for (let n = 0; n < 1000; n += 1) {
    expect(waitToWrite()).toBeNull();
    countWritten(10_000);
  }
});
