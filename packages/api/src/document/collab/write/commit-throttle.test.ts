import { describe, expect, it } from "vitest";

import { createCommitThrottle } from "./commit-throttle.ts";

/** A throttle with a manual clock. */
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

describe("createCommitThrottle", () => {
  it("commits the edits of a few people immediately, however fast they type", () => {
    const { pacing, commit } = createTestThrottle();
    for (let n = 0; n < 1000; n += 1) {
      expect(pacing.delay("document")).toBe(0);
      commit("document", [n % 20]);
    }
  });

  it("batches the edits of many people since the last commit, per document", () => {
    const { clock, pacing, commit } = createTestThrottle();
    commit("document", windows(50));
    clock.now = 5;
    expect(pacing.delay("document")).toBe(4);
    expect(pacing.delay("another")).toBe(0);
    clock.now = 250;
    expect(pacing.delay("document")).toBe(0);
  });

  it("does not count windows that have stopped typing", () => {
    const { clock, pacing, commit } = createTestThrottle();
    commit("document", windows(50));
    clock.now = 1500;
    commit("document", [1]);
    expect(pacing.delay("document")).toBe(0);
  });
});
