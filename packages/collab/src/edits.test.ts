import * as fc from "fast-check";
import { expect, it } from "vitest";

import { applyEdits, diffText } from "./edits.ts";

/** A text that may be longer than the blocks in which texts are compared, with surrogate pairs anywhere. */
const texts = fc
  .tuple(fc.constantFrom("a", "word ", "line\n", "👩‍🚀"), fc.nat(200), fc.constantFrom("", "x", "😀", "\n"))
  .map(([piece, count, end]) => piece.repeat(count) + end);

it("edits only what differs between texts with long equal parts, and splits no character", () => {
  fc.assert(
    fc.property(texts, texts, texts, texts, (start, removed, inserted, end) => {
      const [before, after] = [start + removed + end, start + inserted + end];
      const edits = diffText(before, after);
      expect(applyEdits(before, edits)).toBe(after);
      for (const { at, remove, insert } of edits) {
        expect(insert.isWellFormed()).toBe(true);
        expect(before.slice(0, at).isWellFormed()).toBe(true);
        expect(before.slice(at, at + remove).isWellFormed()).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

it("finds a change between equal blocks", () => {
  const [start, end] = ["a".repeat(1000), "b".repeat(1000)];
  expect(diffText(`${start} old ${end}`, `${start} new ${end}`)).toEqual([
    { at: 1001, remove: 3, insert: "new" },
  ]);
});
