import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { applyEdits, diffText } from "./edits.ts";
import { merge } from "./merge.ts";
import { myersDiff } from "./myers-diff.ts";

/** Short texts of few distinct words, so that two versions have much in common. */
const text = fc
  .array(fc.constantFrom("one", "two", "three", "été", "漢字", "👩‍🚀", " ", "\n", "\r\n", "- ", "#"), {
    maxLength: 30,
  })
  .map((parts) => parts.join(""));

/** Words that no base contains, so that they are recognizable in the result. */
const marks = fc.array(fc.tuple(fc.nat(), fc.constantFrom("1", "2", "3")), { maxLength: 4 });

function insertMarks(base: string, inserts: [number, string][], side: string): string {
  const points = Array.from(base);
  for (const [index, mark] of inserts) points.splice(index % (points.length + 1), 0, `${side}${mark}`);
  return points.join("");
}

describe("the edits between two texts", () => {
  it("transform one into the other", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(applyEdits(a, diffText(a, b))).toBe(b);
      }),
    );
  });

  it("never split a surrogate pair", () => {
    const edits = diffText("a 👩 b", "a 👨 b");
    expect(edits).toEqual([{ at: 2, remove: 2, insert: "👨" }]);
  });

  it("change only the words that differ", () => {
    expect(diffText("The quick fox\njumps\n", "The slow fox\njumps\n")).toEqual([
      { at: 4, remove: 5, insert: "slow" },
    ]);
  });

  it("take bounded time for long texts without common parts", () => {
    const [a, b] = ["a", "b"].map((letter) =>
      Array.from({ length: 20_000 }, (_, n) => `${letter}${n}\n`).join(""),
    );
    expect(diffText(a ?? "", b ?? "")).toHaveLength(1);
  });

  it("take bounded time for documents of the maximum size in which every other line is new", () => {
    const lines = (word: string) =>
      Array.from({ length: 1000 }, (_, n) => {
        const own = n % 2 === 0 ? "base" : word;
        return Array.from({ length: 180 }, (_word, m) => `${own}${(n * 7 + m * 13) % 997}`).join(" ");
      });
    const [base, mine, theirs] = ["base", "mine", "other"].map((word) => lines(word).join("\n"));
    if (base === undefined || mine === undefined || theirs === undefined) throw new Error("three texts");
    const merged = merge(base, mine, theirs);
    expect(merged.conflicts).toHaveLength(500);
    expect(merged.text).toBe(applyEdits(theirs, merged.edits));
  });
});

describe("the shortest edit script between two sequences", () => {
  const sequence = fc.array(fc.nat(3), { maxLength: 12 });

  /** Returns the length of the longest common subsequence, by definition. */
  function measureCommonSubsequence(a: number[], b: number[]): number {
    if (a.length === 0 || b.length === 0) return 0;
    const [first, ...restA] = a;
    const [other, ...restB] = b;
    if (first === other) return 1 + measureCommonSubsequence(restA, restB);
    return Math.max(measureCommonSubsequence(restA, b), measureCommonSubsequence(a, restB));
  }

  it("transforms one into the other, and none is shorter", () => {
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        const { hunks } = myersDiff(Int32Array.from(a), Int32Array.from(b), 100);
        const result = [...a];
        let edits = 0;
        for (const { from, to, start, end } of hunks?.toReversed() ?? []) {
          result.splice(from, to - from, ...b.slice(start, end));
          edits += to - from + end - start;
        }
        expect(result).toEqual(b);
        expect(edits).toBe(a.length + b.length - 2 * measureCommonSubsequence(a, b));
      }),
    );
  });

  it("is null beyond the permitted edits", () => {
    const [a, b] = [Int32Array.of(1, 2, 3), Int32Array.of(4, 2, 5)];
    expect(myersDiff(a, b, 3).hunks).toBeNull();
    expect(myersDiff(a, b, 4).hunks).toHaveLength(2);
  });
});

describe("merging an edit of an older text", () => {
  it("returns mine if theirs is unchanged, and theirs if mine is unchanged", () => {
    fc.assert(
      fc.property(text, text, (base, other) => {
        expect(merge(base, other, base).text).toBe(other);
        expect(merge(base, base, other).text).toBe(other);
        expect(merge(base, other, other).text).toBe(other);
      }),
    );
  });

  it("keeps insertions of both sides", () => {
    fc.assert(
      fc.property(text, marks, marks, (base, mine, theirs) => {
        const { text: merged } = merge(base, insertMarks(base, mine, "M"), insertMarks(base, theirs, "T"));
        for (const [, mark] of mine) expect(merged).toContain(`M${mark}`);
        for (const [, mark] of theirs) expect(merged).toContain(`T${mark}`);
      }),
    );
  });

  it("returns the edits that transform theirs into the result", () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        const merged = merge(base, mine, theirs);
        expect(applyEdits(theirs, merged.edits)).toBe(merged.text);
      }),
    );
  });

  it("combines separate changes of one line, and reports the line", () => {
    const { text: merged, conflicts } = merge(
      "# Plan\nThe quick brown fox\nEnd\n",
      "# Plan\nThe slow brown fox\nEnd\n",
      "# Plan\nThe quick brown dog\nEnd\n",
    );
    expect(merged).toBe("# Plan\nThe slow brown dog\nEnd\n");
    expect(conflicts).toEqual([
      {
        line: 2,
        base: "The quick brown fox\n",
        mine: "The slow brown fox\n",
        theirs: "The quick brown dog\n",
      },
    ]);
  });

  it("reports no conflict if the sides changed different lines", () => {
    const { text: merged, conflicts } = merge("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n");
    expect(merged).toBe("A\nb\nC\n");
    expect(conflicts).toEqual([]);
  });

  it("applies equal changes of both sides once", () => {
    expect(merge("a\n", "a\nb\n", "a\nb\n").text).toBe("a\nb\n");
    expect(merge("a\nz\n", "a\nnew\nz\nmine\n", "a\nnew\nz\n").text).toBe("a\nnew\nz\nmine\n");
  });

  it("keeps text that theirs inserted into text that mine removed", () => {
    expect(merge("one two three\n", "one three\n", "one two and a half three\n").text).toContain(
      "and a half",
    );
  });

  it.each([
    [
      "an insertion of both sides appears once",
      "a\nb\n",
      "a\nX beta\nb\n",
      "N\na\nX beta\nb\n",
      "N\na\nX beta\nb\n",
    ],
    ["a removed item and an item inserted before it", "- a\n- b\n", "- a\n", "- a\n- x\n- b\n", "- a\n- x\n"],
    [
      "a task checked on one side and renamed on the other",
      "- [ ] call\n",
      "- [x] call\n",
      "- [ ] Call Ben\n",
      "- [x] Call Ben\n",
    ],
    ["changes to neighboring lines", "a\nb\n", "a 1\nb\n", "a\nb 2\n", "a 1\nb 2\n"],
    [
      "different line breaks",
      "one two\nb\n",
      "one two three\nb\n",
      "one two\r\nb\r\n",
      "one two three\r\nb\r\n",
    ],
    [
      "appended text after a missing final line break",
      "end",
      "end\nmine",
      "end\ntheirs",
      "end\ntheirs\nmine",
    ],
    ["paragraphs at one position", "a\n", "a\n\nmine\n", "a\n\ntheirs\n", "a\n\ntheirs\n\nmine\n"],
    [
      "tables at one position",
      "a\n\n",
      "a\n\n| x |\n| --- |\n| mine |\n",
      "a\n\n| y |\n| - |\n",
      "a\n\n| y |\n| - |\n| x |\n| --- |\n| mine |\n",
    ],
    [
      "tables with the same header at one position",
      "a\n\n",
      "a\n\n| x |\n| --- |\n| mine |\n",
      "a\n\n| x |\n| --- |\n| theirs |\n",
      "a\n\n| x |\n| --- |\n| theirs |\n| mine |\n",
    ],
    [
      "code blocks at one position",
      "a\n\n",
      "a\n\n```ts\nmine();\n```\n",
      "a\n\n```ts\ntheirs();\n```\n",
      "a\n\n```ts\ntheirs();\nmine();\n```\n",
    ],
    [
      "a line inserted by both below a removal of one side",
      "a\n\nb\n\nc\n",
      "a\n\nnew\n\nc\n",
      "a\n\nb\nnew\n\nc\n\nd\n",
      "a\n\nnew\n\nc\n\nd\n",
    ],
    ["a last line whose line break was removed", "a\n", "a\nb", "c\na\n", "c\na\nb"],
    ["a last line without a line break, before new lines", "a", "a\nb\n", "c\na", "c\na\nb\n"],
    [
      "a number changed on one side next to words changed on the other",
      "10 old items\n",
      "12 old items\n",
      "10 old, big items\n",
      "12 old, big items\n",
    ],
    [
      "a removed row and a row inserted before it",
      "| a |\n| 1 |\n",
      "| a |\n",
      "| a |\n| x |\n| 1 |\n",
      "| a |\n| x |\n",
    ],
    [
      "a blank line removed next to others of theirs",
      "- a\n\n",
      "- a\n",
      "- a\n# b\n\n\n# c",
      "- a\n# b\n\n\n# c",
    ],
    [
      "a blank line removed after a fence of which theirs has two",
      "```ts\n```\n\n",
      "```ts\n```\n",
      "```ts\nx\n```\n\n```\n\n",
      "```ts\nx\n```\n\n```\n",
    ],
    ["a blank line removed before a line of theirs", "- a\n\n", "- a\n", "- a\n\n- b\n", "- a\n- b\n"],
    ["an insertion that extends one of theirs", "a b\n", "a new word b\n", "a new b\n", "a new word b\n"],
  ])("keeps lines whole: %s", (_name, base, mine, theirs, merged) => {
    expect(merge(base, mine, theirs).text).toBe(merged);
    expect(merge(base, mine, merged).text).toBe(merged);
  });

  it.each([
    ["a digit", "value = 1\n", "value = 2\n", "value = 3\n"],
    ["a number", "value = 1\n", "value = 23\n", "value = 3\n"],
    ["a date", "on 2026-11-29 at ten\n", "on 2026-11-30 at ten\n", "on 2026-12-29 at ten\n"],
    ["a date in words", "on 29 November here\n", "on 30 November here\n", "on 29 December here\n"],
    ["a version", "needs v1.2.3 now\n", "needs v1.2.4 now\n", "needs v2.2.3 now\n"],
    ["a link", "see [a](b/c.md) there\n", "see [a](b/d.md) there\n", "see [a](x/c.md) there\n"],
    ["the words and the target of a link", "see [a](b.md)\n", "see [z](b.md)\n", "see [a](c.md)\n"],
    ["a row of a table", "| a | long cell | b |\n", "| x | long cell | b |\n", "| a | long cell | y |\n"],
    ["one word", "the quick fox\n", "the slow fox\n", "the lazy fox\n"],
  ])("keeps and reports both lines if both changed %s", (_name, base, mine, theirs) => {
    const merged = merge(`above\n${base}below\n`, `above\n${mine}below\n`, `above\n${theirs}below\n`);
    expect(merged.text).toBe(`above\n${theirs}${mine}below\n`);
    expect(merged.conflicts).toEqual([{ line: 2, base, mine, theirs }]);
    expect(merge(`above\n${base}below\n`, `above\n${mine}below\n`, merged.text).text).toBe(merged.text);
  });

  it("keeps tens of thousands of lines changed by one side and removed by the other", () => {
    const lines = (mark: string) =>
      Array.from({ length: 30_000 }, (_, n) => `- item ${n} of the list${mark}\n`).join("");
    const merged = merge(`above\n${lines("")}`, `above\n${lines(", changed")}`, "above\nbelow\n");
    expect(merged.text).toBe(`above\nbelow\n${lines(", changed")}`);
    expect(merged.conflicts).toHaveLength(1);
  });

  it("keeps and reports changes of text that the other side removed", () => {
    const [base, changed, removed] = ["a\nkeep this line\nb\n", "a\nkeep this very line\nb\n", "a\nb\n"];
    for (const merged of [merge(base, changed, removed), merge(base, removed, changed)]) {
      expect(merged.text).toBe(changed);
      expect(merged.conflicts).toHaveLength(1);
    }
  });
});
