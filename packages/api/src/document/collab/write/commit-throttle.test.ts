import { describe, expect, it } from "vitest";

import { createCommitThrottle } from "./commit-throttle.ts";

/** A pacing, and the time that it goes by. */
function createTestThrottle() {
  const clock = { now: 0 };
  const pacing = createCommitThrottle(() => clock.now);
  const commit = (documentId: string, clientIds: number[]) => {
    pacing.onCommit(documentId);
    pacing.onWrite(documentId, clientIds);
  };
  return { clock, pacing, commit };
}

const windows = (count: number) => Array.from({ length: count }, (_, n) => n);

describe("the pace of commits", () => {
  it("lets the edits of a few people through as they come, however fast", () => {
    const { pacing, commit } = createTestThrottle();
    for (let n = 0; n < 1000; n += 1) {
      expect(pacing.delay("document")).toBe(0);
      commit("document", [n % 20]);
    }
  });

  it("lets the edits of a crowd gather since the last commit, in their document alone", () => {
    const { clock, pacing, commit } = createTestThrottle();
    commit("document", windows(50));
    clock.now = 40;
    expect(pacing.delay("document")).toBe(60);
    expect(pacing.delay("another")).toBe(0);
    clock.now = 250;
    expect(pacing.delay("document")).toBe(0);
  });

  it("does not count those who have stopped typing", () => {
    const { clock, pacing, commit } = createTestThrottle();
    commit("document", windows(50));
    clock.now = 1500;
    commit("document", [1]);
    expect(pacing.delay("document")).toBe(0);
  });
});
