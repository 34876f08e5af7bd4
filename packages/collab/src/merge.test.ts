import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { applyEdits, diffText } from "./edits.ts";
import { merge } from "./merge.ts";
import { shortestEdits } from "./shortest.ts";

/** Text of a few words on a few lines, so that two versions of one have much in common. */
const text = fc
  .array(fc.constantFrom("one", "two", "three", "été", "漢字", "👩‍🚀", " ", "\n", "\r\n", "- ", "#"), {
    maxLength: 30,
  })
  .map((parts) => parts.join(""));

/** Words that no base has, so that it can be told whether they arrived. */
const marks = fc.array(fc.tuple(fc.nat(), fc.constantFrom("1", "2", "3")), { maxLength: 4 });

function withMarks(base: string, inserts: [number, string][], side: string): string {
  const points = Array.from(base);
  for (const [index, mark] of inserts) points.splice(index % (points.length + 1), 0, `${side}${mark}`);
  return points.join("");
}

describe("the edits between two texts", () => {
  it("turn one into the other", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(applyEdits(a, diffText(a, b))).toBe(b);
      }),
    );
  });

  it("never cut a character in two", () => {
    const edits = diffText("a 👩 b", "a 👨 b");
    expect(edits).toEqual([{ at: 2, remove: 2, insert: "👨" }]);
  });

  it("touch only the words that differ", () => {
    expect(diffText("The quick fox\njumps\n", "The slow fox\njumps\n")).toEqual([
      { at: 4, remove: 5, insert: "slow" },
    ]);
  });

  it("are found in bounded time between long texts that have nothing in common", () => {
    const [a, b] = ["a", "b"].map((letter) =>
      Array.from({ length: 20_000 }, (_, n) => `${letter}${n}\n`).join(""),
    );
    expect(diffText(a ?? "", b ?? "")).toHaveLength(1);
  });

  it("are found in bounded time between documents of the largest size of which every other line is new", () => {
    const lines = (word: string) =>
      Array.from({ length: 1000 }, (_, n) => {
        const own = n % 2 === 0 ? "base" : word;
        return Array.from({ length: 180 }, (_word, m) => `${own}${(n * 7 + m * 13) % 997}`).join(" ");
      });
    const [base, mine, theirs] = ["base", "mine", "other"].map((word) => lines(word).join("\n"));
    if (base === undefined || mine === undefined || theirs === undefined) throw new Error("three texts");
    const merged = merge(base, mine, theirs);
    expect(merged.overlaps).toHaveLength(500);
    expect(merged.text).toBe(applyEdits(theirs, merged.edits));
  });
});

describe("the shortest way from one sequence to another", () => {
  const sequence = fc.array(fc.nat(3), { maxLength: 12 });

  /** The length of the longest common subsequence, as the definition has it. */
  function common(a: number[], b: number[]): number {
    if (a.length === 0 || b.length === 0) return 0;
    const [first, ...restA] = a;
    const [other, ...restB] = b;
    if (first === other) return 1 + common(restA, restB);
    return Math.max(common(restA, b), common(a, restB));
  }

  it("leads there, and none is shorter", () => {
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        const { hunks } = shortestEdits(Int32Array.from(a), Int32Array.from(b), 100);
        const result = [...a];
        let edits = 0;
        for (const { from, to, start, end } of hunks?.toReversed() ?? []) {
          result.splice(from, to - from, ...b.slice(start, end));
          edits += to - from + end - start;
        }
        expect(result).toEqual(b);
        expect(edits).toBe(a.length + b.length - 2 * common(a, b));
      }),
    );
  });

  it("is given up beyond the permitted edits", () => {
    const [a, b] = [Int32Array.of(1, 2, 3), Int32Array.of(4, 2, 5)];
    expect(shortestEdits(a, b, 3).hunks).toBeNull();
    expect(shortestEdits(a, b, 4).hunks).toHaveLength(2);
  });
});

describe("merging what a writer made of an older text", () => {
  it("gives the writer's text when nothing else happened, and theirs when the writer changed nothing", () => {
    fc.assert(
      fc.property(text, text, (base, other) => {
        expect(merge(base, other, base).text).toBe(other);
        expect(merge(base, base, other).text).toBe(other);
        expect(merge(base, other, other).text).toBe(other);
      }),
    );
  });

  it("keeps whatever either side inserted", () => {
    fc.assert(
      fc.property(text, marks, marks, (base, mine, theirs) => {
        const { text: merged } = merge(base, withMarks(base, mine, "M"), withMarks(base, theirs, "T"));
        for (const [, mark] of mine) expect(merged).toContain(`M${mark}`);
        for (const [, mark] of theirs) expect(merged).toContain(`T${mark}`);
      }),
    );
  });

  it("says the edits that lead there from the live text", () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        const merged = merge(base, mine, theirs);
        expect(applyEdits(theirs, merged.edits)).toBe(merged.text);
      }),
    );
  });

  it("keeps two changes to one line where they are apart, and tells the place", () => {
    const { text: merged, overlaps } = merge(
      "# Plan\nThe quick brown fox\nEnd\n",
      "# Plan\nThe slow brown fox\nEnd\n",
      "# Plan\nThe quick brown dog\nEnd\n",
    );
    expect(merged).toBe("# Plan\nThe slow brown dog\nEnd\n");
    expect(overlaps).toEqual([
      {
        line: 2,
        base: "The quick brown fox\n",
        mine: "The slow brown fox\n",
        theirs: "The quick brown dog\n",
      },
    ]);
  });

  it("tells no overlap where the sides changed different lines", () => {
    const { text: merged, overlaps } = merge("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n");
    expect(merged).toBe("A\nb\nC\n");
    expect(overlaps).toEqual([]);
  });

  it("does once what both did alike", () => {
    expect(merge("a\n", "a\nb\n", "a\nb\n").text).toBe("a\nb\n");
    expect(merge("a\nz\n", "a\nnew\nz\nmine\n", "a\nnew\nz\n").text).toBe("a\nnew\nz\nmine\n");
  });

  it("keeps what they wrote inside what the writer removed", () => {
    expect(merge("one two three\n", "one three\n", "one two and a half three\n").text).toContain(
      "and a half",
    );
  });
});
