import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { applyEdits, diffText } from "./edits.ts";
import { merge } from "./merge.ts";
import { myersDiff } from "./myers-diff.ts";

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
    expect(merged.conflicts).toHaveLength(500);
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
        const { hunks } = myersDiff(Int32Array.from(a), Int32Array.from(b), 100);
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
    expect(myersDiff(a, b, 3).hunks).toBeNull();
    expect(myersDiff(a, b, 4).hunks).toHaveLength(2);
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

  it("tells no overlap where the sides changed different lines", () => {
    const { text: merged, conflicts } = merge("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n");
    expect(merged).toBe("A\nb\nC\n");
    expect(conflicts).toEqual([]);
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

  it.each([
    [
      "an insertion that both made is there once",
      "a\nb\n",
      "a\nX beta\nb\n",
      "N\na\nX beta\nb\n",
      "N\na\nX beta\nb\n",
    ],
    [
      "an item that is gone here and one that came before it there",
      "- a\n- b\n",
      "- a\n",
      "- a\n- x\n- b\n",
      "- a\n- x\n",
    ],
    [
      "a task that is done here and has another name there",
      "- [ ] call\n",
      "- [x] call\n",
      "- [ ] Call Ben\n",
      "- [x] Call Ben\n",
    ],
    ["changes to neighboring lines", "a\nb\n", "a 1\nb\n", "a\nb 2\n", "a 1\nb 2\n"],
    ["other line breaks", "one two\nb\n", "one two three\nb\n", "one two\r\nb\r\n", "one two three\r\nb\r\n"],
    [
      "texts that go on from one without a line break",
      "end",
      "end\nmine",
      "end\ntheirs",
      "end\ntheirs\nmine",
    ],
    ["paragraphs in one place", "a\n", "a\n\nmine\n", "a\n\ntheirs\n", "a\n\ntheirs\n\nmine\n"],
    [
      "tables in one place",
      "a\n\n",
      "a\n\n| x |\n| --- |\n| mine |\n",
      "a\n\n| y |\n| - |\n",
      "a\n\n| y |\n| - |\n| x |\n| --- |\n| mine |\n",
    ],
    [
      "tables in one place that have one header",
      "a\n\n",
      "a\n\n| x |\n| --- |\n| mine |\n",
      "a\n\n| x |\n| --- |\n| theirs |\n",
      "a\n\n| x |\n| --- |\n| theirs |\n| mine |\n",
    ],
    [
      "code in one place",
      "a\n\n",
      "a\n\n```ts\nmine();\n```\n",
      "a\n\n```ts\ntheirs();\n```\n",
      "a\n\n```ts\ntheirs();\nmine();\n```\n",
    ],
    [
      "a line that both inserted, below what one removed",
      "a\n\nb\n\nc\n",
      "a\n\nnew\n\nc\n",
      "a\n\nb\nnew\n\nc\n\nd\n",
      "a\n\nnew\n\nc\n\nd\n",
    ],
    ["a last line that lost its line break", "a\n", "a\nb", "c\na\n", "c\na\nb"],
    ["a last line without a line break, before new lines", "a", "a\nb\n", "c\na", "c\na\nb\n"],
    [
      "a number of one side beside words of the other",
      "10 old items\n",
      "12 old items\n",
      "10 old, big items\n",
      "12 old, big items\n",
    ],
    ["what goes on from theirs", "a b\n", "a new word b\n", "a new b\n", "a new word b\n"],
  ])("keeps lines whole: %s", (_name, base, mine, theirs, merged) => {
    expect(merge(base, mine, theirs).text).toBe(merged);
    expect(merge(base, mine, merged).text).toBe(merged);
  });

  it.each([
    ["a number", "value = 1\n", "value = 23\n", "value = 3\n"],
    ["a date", "on 2026-11-29 at ten\n", "on 2026-11-30 at ten\n", "on 2026-12-29 at ten\n"],
    ["a date in words", "on 29 November here\n", "on 30 November here\n", "on 29 December here\n"],
    ["a version", "needs v1.2.3 now\n", "needs v1.2.4 now\n", "needs v2.2.3 now\n"],
    ["a link", "see [a](b/c.md) there\n", "see [a](b/d.md) there\n", "see [a](x/c.md) there\n"],
    ["the words and the target of a link", "see [a](b.md)\n", "see [z](b.md)\n", "see [a](c.md)\n"],
    ["a row of a table", "| a | long cell | b |\n", "| x | long cell | b |\n", "| a | long cell | y |\n"],
    ["one word", "the quick fox\n", "the slow fox\n", "the lazy fox\n"],
  ])("keeps both lines where both changed %s, and tells it", (_name, base, mine, theirs) => {
    const merged = merge(`above\n${base}below\n`, `above\n${mine}below\n`, `above\n${theirs}below\n`);
    expect(merged.text).toBe(`above\n${theirs}${mine}below\n`);
    expect(merged.conflicts).toEqual([{ line: 2, base, mine, theirs }]);
    expect(merge(`above\n${base}below\n`, `above\n${mine}below\n`, merged.text).text).toBe(merged.text);
  });

  it("keeps tens of thousands of lines that one side changed and the other removed", () => {
    const lines = (mark: string) =>
      Array.from({ length: 30_000 }, (_, n) => `- item ${n} of the list${mark}\n`).join("");
    const merged = merge(`above\n${lines("")}`, `above\n${lines(", changed")}`, "above\nbelow\n");
    expect(merged.text).toBe(`above\nbelow\n${lines(", changed")}`);
    expect(merged.conflicts).toHaveLength(1);
  });

  it("keeps what one side changed where the other removed it, and tells it", () => {
    const [base, changed, removed] = ["a\nkeep this line\nb\n", "a\nkeep this very line\nb\n", "a\nb\n"];
    for (const merged of [merge(base, changed, removed), merge(base, removed, changed)]) {
      expect(merged.text).toBe(changed);
      expect(merged.conflicts).toHaveLength(1);
    }
  });
});
