import * as fc from "fast-check";
import { expect, it } from "vitest";

import { diffLines, type Hunk } from "./line-diff.ts";

const generousLimits = {
  context: 3,
  lineEdits: 9999,
  wordEdits: 9999,
  wordSteps: 99_999_999,
  lines: Infinity,
  size: Infinity,
};

/** Reads one side of a hunk. */
const readSide = ({ lines }: Hunk, other: "added" | "removed") =>
  lines.flatMap(({ kind, parts }) => (kind === other ? [] : [parts.map(({ text }) => text).join("")]));

const splitLines = (text: string) => text.match(/[^\n]*\n|[^\n]+/g) ?? [];

it("returns hunks that transform either text exactly into the other", () => {
  const text = fc
    .array(fc.constantFrom("a b c", "a x c", "", "same\r", "word", "漢字 👩‍🚀"), { maxLength: 30 })
    .map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const { hunks, coarse, truncated } = diffLines(before, after, generousLimits);
      expect({ coarse, truncated }).toEqual({ coarse: false, truncated: false });
      const patched = splitLines(before);
      for (const hunk of hunks.toReversed()) {
        const { line, lines } = hunk.from;
        expect(patched.slice(line - 1, line - 1 + lines)).toEqual(readSide(hunk, "added"));
        expect(hunk.to.lines).toBe(readSide(hunk, "removed").length);
        patched.splice(line - 1, lines, ...readSide(hunk, "removed"));
      }
      expect(patched.join("")).toBe(after);
    }),
  );
});

it("shows a line with few common words as replaced, without a word diff", () => {
  const { hunks } = diffLines("The quick brown fox jumps\n", "Nothing is left here\n", generousLimits);
  expect(hunks[0]?.lines.map(({ parts }) => parts.length)).toEqual([1, 1]);
});

it("falls back to a coarse diff if too much differs, and sets coarse", () => {
  const text = (seed: number) =>
    Array.from({ length: 20_000 }, (_, n) => `${Math.imul(n + 1, seed) >>> 7}`).join("\n");
  const [before, after] = [text(2_654_435_761), text(40_503)];
  const compared = diffLines(before, after, { ...generousLimits, lineEdits: 100, wordEdits: 100 });
  expect(compared).toMatchObject({ coarse: true, added: 20_000, removed: 20_000 });
  expect(compared.hunks).toHaveLength(1);
});

it("limits the lines of a hunk, and sets truncated", () => {
  const text = (label: string) => Array.from({ length: 1000 }, (_, n) => `${label} ${n}`).join("\n");
  const compared = diffLines(text("before"), text("after"), { ...generousLimits, lines: 100 });
  expect(compared).toMatchObject({ truncated: true, added: 1000, removed: 1000 });
  expect(compared.hunks[0]?.lines).toHaveLength(100);
});

it("limits the number of hunks, and sets truncated", () => {
  const before = Array.from({ length: 1000 }, (_, n) => `line ${n}`);
  const after = before.map((line, n) => (n % 20 === 0 ? `${line}!` : line));
  const compared = diffLines(before.join("\n"), after.join("\n"), { ...generousLimits, size: 500 });
  expect(compared.truncated).toBe(true);
  expect(compared.hunks.length).toBeGreaterThan(0);
  expect(compared.hunks.length).toBeLessThan(10);
  expect(compared.added).toBe(50);
});
