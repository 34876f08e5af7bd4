import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { applyEdits } from "../edits.ts";
import { merge } from "../merge.ts";
import {
  changeLines,
  type LineChange,
  lineChanges,
  markChanges,
  markdownLines,
  markLines,
} from "./markdown.fixture.ts";

/** The number of random cases per law. `LAW_CASES=200000` tests the laws thoroughly. */
const numRuns = Number(process.env["LAW_CASES"] ?? 300);

/** A case that starts git processes takes up to 25 ms. */
const timeout = 60_000 + 50 * numRuns;

const endings = fc.record({
  lineBreak: fc.constantFrom("\n", "\n", "\r\n"),
  base: fc.boolean(),
  mine: fc.boolean(),
  theirs: fc.boolean(),
});

/** A base and two independent edits of it, with many repeated lines and words. */
const threeTexts = fc
  .record({
    base: markdownLines,
    mine: lineChanges(4),
    theirs: lineChanges(4),
    ends: endings,
  })
  .map(({ base, mine, theirs, ends }) => {
    const write = (changes: LineChange[], isEnded: boolean) =>
      changeLines(base, changes).join(ends.lineBreak) + (isEnded ? ends.lineBreak : "");
    return {
      base: write([], ends.base),
      mine: write(mine, ends.mine),
      theirs: write(theirs, ends.theirs),
      lineBreak: ends.lineBreak,
    };
  });

/**
 * Like `threeTexts`, but all lines with letters or digits are unique, so that insertions and removals are unambiguous. Also
 * with additional equal changes of both sides.
 */
const distinctTexts = fc
  .record({
    base: markdownLines,
    both: lineChanges(2),
    mine: lineChanges(4),
    theirs: lineChanges(4),
    ends: endings,
  })
  .map(({ base, both, mine, theirs, ends }) => {
    const lines = markLines(base, "b");
    const shared = changeLines(lines, markChanges(both, "x"));
    const write = (before: readonly string[], changes: LineChange[], mark: string, isEnded: boolean) =>
      changeLines(before, markChanges(changes, mark)).join(ends.lineBreak) + (isEnded ? ends.lineBreak : "");
    return {
      lineBreak: ends.lineBreak,
      base: write(lines, [], "", ends.base),
      shared: write(shared, [], "", true),
      mine: write(lines, mine, "m", ends.mine),
      theirs: write(lines, theirs, "t", ends.theirs),
      mineAndShared: write(shared, mine, "m", ends.mine),
      theirsAndShared: write(shared, theirs, "t", ends.theirs),
    };
  });

const splitLines = (text: string): string[] => text.split(/\r\n|\n/u);
const isSignificant = (line: string): boolean => /[\p{L}\p{N}]/u.test(line);
const splitSignificantLines = (text: string): string[] => splitLines(text).filter(isSignificant);
const countLine = (text: string, line: string): number =>
  splitLines(text).filter((one) => one === line).length;

/** Lists the lines that a side removed, if all lines are unique. */
const listRemoved = (base: string, ...sides: string[]): string[] =>
  splitSignificantLines(base).filter((line) => sides.some((side) => countLine(side, line) === 0));

/** Returns the length of the shortest edit script between two texts, in lines. */
function measureDistance(before: readonly string[], after: readonly string[]): number {
  let common = Array.from({ length: after.length + 1 }, () => 0);
  for (const line of before) {
    const next = [0];
    after.forEach((other, index) => {
      const skipped = Math.max(common[index + 1] ?? 0, next[index] ?? 0);
      next.push(line === other ? (common[index] ?? 0) + 1 : skipped);
    });
    common = next;
  }
  return before.length + after.length - 2 * (common.at(-1) ?? 0);
}

/** Whether a shortest edit script from the base to a text passes through a side. If so, the text has all its changes. */
const passesThrough = (base: readonly string[], side: readonly string[], text: readonly string[]): boolean =>
  measureDistance(base, side) + measureDistance(side, text) === measureDistance(base, text);

/** Splits a text into lines as git and a merge do: a final line break doesn't begin another line. */
const splitTerminatedLines = (text: string): string[] =>
  text === "" ? [] : splitLines(text.replace(/(?:\r\n|\n)$/u, ""));

/**
 * Expects that a merge changes no significant line. The other lines, such as rules and blank lines, are often repeated, so
 * three texts don't always reveal that a side's changes of them are already applied. They must be unchanged if the side
 * changed only blank lines, or if a shortest edit script from the base to the text passes through the side.
 */
function expectNoChange(base: string, side: string, text: string): void {
  const again = merge(base, side, text).text;
  expect(splitSignificantLines(again)).toEqual(splitSignificantLines(text));
  const [baseLines, sideLines] = [base, side].map((one) => splitLines(one).filter((line) => line !== ""));
  const isDetectable =
    isDeepStrictEqual(baseLines, sideLines) ||
    passesThrough(splitTerminatedLines(base), splitTerminatedLines(side), splitTerminatedLines(text));
  if (isDetectable) expect(splitLines(again)).toEqual(splitLines(text));
}

/** Mine removes a blank line at the end, where theirs adds another one. */
const blankAtEnd = {
  lineBreak: "\n",
  base: "- [ ] alpha b0\n\n",
  shared: "- [ ] alpha b0\n\n",
  mine: "- [ ] alpha b0\n",
  theirs: "- [ ] alpha b0\n## alpha t1\n\n\n## alpha t0",
  mineAndShared: "- [ ] alpha b0\n",
  theirsAndShared: "- [ ] alpha b0\n## alpha t1\n\n\n## alpha t0",
};

/** Theirs removes a blank line at the end, where mine replaces all lines by others around a blank one. */
const replacedAroundBlank = {
  lineBreak: "\n",
  base: "- alpha b0\n\n",
  shared: "- alpha b0\n\n",
  mine: "```ts m2\nconst value = 0; m2\n```\n\n\n```ts m1",
  theirs: "- alpha b0\n",
  mineAndShared: "```ts m2\nconst value = 0; m2\n```\n\n\n```ts m1",
  theirsAndShared: "- alpha b0\n",
};

/** Mine removes a blank line after a fence, where theirs has two equal fences. */
const blankAfterFence = {
  lineBreak: "\n",
  base: "```ts b0\nconst value = 0; b1\n```\n\n",
  shared: "```ts b0\nconst value = 0; b1\n```\n\n",
  mine: "```ts b0\nconst value = 0; b1\n```\n",
  theirs: "```ts b0\nconst value = 0; b1\n```ts t0.0\nconst value = 0; t0.1\n```\n\n```\n\n",
  mineAndShared: "```ts b0\nconst value = 0; b1\n```\n",
  theirsAndShared: "```ts b0\nconst value = 0; b1\n```ts t0.0\nconst value = 0; t0.1\n```\n\n```\n\n",
};

describe("a merge", { timeout }, () => {
  it("returns one side if the other is unchanged or equal", () => {
    fc.assert(
      fc.property(threeTexts, ({ base, mine, theirs }) => {
        expect(merge(base, mine, base).text).toBe(mine);
        expect(merge(base, base, theirs).text).toBe(theirs);
        expect(merge(base, mine, mine)).toEqual({ text: mine, edits: [], conflicts: [] });
      }),
      { numRuns },
    );
  });

  it("returns the edits that result in its text, sorted and disjoint", () => {
    fc.assert(
      fc.property(threeTexts, ({ base, mine, theirs }) => {
        const { text, edits } = merge(base, mine, theirs);
        expect(applyEdits(theirs, edits)).toBe(text);
        edits.slice(1).forEach(({ at }, index) => {
          const before = edits[index];
          expect(at).toBeGreaterThan((before?.at ?? 0) + (before?.remove ?? 0));
        });
      }),
      { numRuns },
    );
  });

  it("contains no new lines, except reported ones with the words of both sides", () => {
    fc.assert(
      fc.property(threeTexts, ({ base, mine, theirs }) => {
        const { text, conflicts } = merge(base, mine, theirs);
        const known = new Set([base, mine, theirs].flatMap(splitLines));
        const written = new Set([base, mine, theirs].flatMap((side) => side.split(/\s+/u)));
        const invented = splitLines(text).filter((line) => !known.has(line));
        if (conflicts.length === 0) expect(invented).toEqual([]);
        expect(invented.flatMap((line) => line.split(/\s+/u)).filter((one) => !written.has(one))).toEqual([]);
      }),
      { numRuns },
    );
  });

  it("contains each line at most as often as one of the three texts", () => {
    fc.assert(
      fc.property(distinctTexts, ({ base, mineAndShared, theirsAndShared }) => {
        const { text } = merge(base, mineAndShared, theirsAndShared);
        const sides = [base, mineAndShared, theirsAndShared];
        const doubled = splitSignificantLines(text).filter(
          (line) => countLine(text, line) > Math.max(1, ...sides.map((side) => countLine(side, line))),
        );
        expect(doubled).toEqual([]);
      }),
      { numRuns },
    );
  });

  // The shortest edit script may move a line past blank lines. A removal elsewhere is then another change, as in git.
  it("contains no line removed by one side, if all lines are unique", () => {
    const significantLines = fc
      .record({ base: markdownLines, mine: lineChanges(4), theirs: lineChanges(4) })
      .map(({ base, mine, theirs }) => {
        const lines = markLines(base, "b").filter(isSignificant);
        const write = (changes: LineChange[], mark: string) =>
          changeLines(lines, markChanges(changes, mark)).filter(isSignificant).join("\n");
        return { base: lines.join("\n"), mine: write(mine, "m"), theirs: write(theirs, "t") };
      });
    fc.assert(
      fc.property(significantLines, ({ base, mine, theirs }) => {
        const { text } = merge(base, mine, theirs);
        const removed = splitLines(base).filter((line) =>
          [mine, theirs].some((side) => countLine(side, line) === 0),
        );
        expect(removed.filter((line) => countLine(text, line) > 0)).toEqual([]);
      }),
      { numRuns },
    );
  });

  it("contains each new line of either side, or its words", () => {
    fc.assert(
      fc.property(distinctTexts, ({ base, mine, theirs }) => {
        const { text } = merge(base, mine, theirs);
        for (const side of [mine, theirs]) {
          const lost = splitSignificantLines(side).filter(
            (line) => countLine(base, line) === 0 && countLine(text, line) === 0,
          );
          const marks = lost.flatMap((line) => line.match(/(?<= |^)[mt]\d[\d.]*(?= |$)/gu) ?? []);
          const words = new Set(text.split(/\s+/u));
          expect(marks.filter((mark) => !words.has(mark))).toEqual([]);
        }
      }),
      { numRuns },
    );
  });

  it("contains each insertion of a side completely and once", () => {
    const marked = fc.record({ texts: threeTexts, mine: fc.nat(), theirs: fc.nat() });
    const insert = (text: string, at: number, block: string, lineBreak: string) => {
      const lines = text.split(lineBreak);
      return lines.toSpliced(at % (lines.length + 1), 0, ...block.split("\n")).join(lineBreak);
    };
    fc.assert(
      fc.property(marked, ({ texts: { base, mine, theirs, lineBreak }, ...at }) => {
        const [myBlock, theirBlock] = [
          "- MINE one\n- MINE two\n- MINE three",
          "- THEIRS one\n\n- THEIRS two",
        ];
        const { text } = merge(
          base,
          insert(mine, at.mine, myBlock, lineBreak),
          insert(theirs, at.theirs, theirBlock, lineBreak),
        );
        for (const line of [...myBlock.split("\n"), ...theirBlock.split("\n").filter(Boolean)]) {
          expect(countLine(text, line)).toBe(1);
        }
      }),
      { numRuns },
    );
  });

  it("contains a line inserted by both sides once", () => {
    fc.assert(
      fc.property(distinctTexts, ({ base, shared, mineAndShared, theirsAndShared }) => {
        const { text } = merge(base, mineAndShared, theirsAndShared);
        const inserted = splitSignificantLines(shared).filter((line) => countLine(base, line) === 0);
        for (const line of inserted) {
          if ([mineAndShared, theirsAndShared].some((side) => countLine(side, line) === 0)) continue;
          expect(countLine(text, line)).toBe(1);
        }
      }),
      { numRuns },
    );
  });

  it("keeps and reports both lines if both changed a number, a date or a link", () => {
    const values = fc.constantFrom(
      ["12", "13", "14"],
      ["2026-11-29", "2026-11-30", "2026-12-29"],
      ["29 November 2026", "30 November 2026", "29 December 2026"],
      ["[plan](a/b.md)", "[plan](a/c.md)", "[plan](d/b.md)"],
      ["| 1 | one | x |", "| 2 | one | x |", "| 1 | one | y |"],
    );
    const places = fc.record({ base: markdownLines, at: fc.nat(), value: values, mine: lineChanges(2) });
    fc.assert(
      fc.property(places, ({ base, at, value, mine }) => {
        const lines = markLines(base, "b");
        const [baseLine, myLine, theirLine] = value.map((one) => `due ${one} for all of us here`);
        const write = (before: readonly string[], line = "") =>
          before.toSpliced(at % before.length, 0, line).join("\n");
        const after = lines.length > 0 ? write(lines, myLine) : "";
        const changed = changeLines(after.split("\n"), markChanges(mine, "m")).join("\n");
        if (countLine(changed, myLine ?? "") === 0) return;
        const { text, conflicts } = merge(write(lines, baseLine), changed, write(lines, theirLine));
        expect([myLine, theirLine, baseLine].map((line) => countLine(text, line ?? ""))).toEqual([1, 1, 0]);
        expect(conflicts.length).toBeGreaterThan(0);
      }),
      { numRuns },
    );
  });

  it("changes nothing when repeated by either side", () => {
    fc.assert(
      fc.property(distinctTexts, ({ base, ...texts }) => {
        for (const [mine, theirs] of [
          [texts.mine, texts.theirs],
          [texts.mineAndShared, texts.theirsAndShared],
        ] as const) {
          const { text } = merge(base, mine, theirs);
          expectNoChange(base, mine, text);
          expectNoChange(base, theirs, text);
        }
      }),
      { numRuns, examples: [[blankAtEnd], [blankAfterFence]] },
    );
  });

  it("changes nothing when repeated after insertions elsewhere", () => {
    fc.assert(
      fc.property(distinctTexts, fc.nat(), ({ base, lineBreak, ...texts }, at) => {
        for (const [mine, theirs] of [
          [texts.mine, texts.theirs],
          [texts.mineAndShared, texts.theirsAndShared],
        ] as const) {
          const lines = merge(base, mine, theirs).text.split(lineBreak);
          const later = lines.toSpliced(at % lines.length, 0, "what another one wrote").join(lineBreak);
          expectNoChange(base, mine, later);
          expectNoChange(base, theirs, later);
        }
      }),
      {
        numRuns,
        examples: [
          [replacedAroundBlank, 0],
          [blankAfterFence, 0],
        ],
      },
    );
  });

  /**
   * With repeated lines, the result can equal the base: `a` in the base, a second `a` in mine and no `a` in theirs result in
   * `a`. Three texts then don't reveal that the merge was already done.
   */
  it("changes nothing when repeated with equal lines if a shortest edit script passes through mine", () => {
    fc.assert(
      fc.property(threeTexts, ({ base, mine, theirs }) => {
        const { text } = merge(base, mine, theirs);
        const [from, via, to] = [base, mine, text].map(splitSignificantLines);
        if (from === undefined || via === undefined || to === undefined)
          throw new Error("expected three texts");
        if (!passesThrough(from, via, to)) return;
        expect(splitSignificantLines(merge(base, mine, text).text)).toEqual(to);
      }),
      { numRuns },
    );
  });
});

describe("compared with git", { timeout }, () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "merge-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function mergeByGit(texts: Record<"base" | "mine" | "theirs", string>): string | null {
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    const { status, stdout } = spawnSync("git", ["merge-file", "-p", "theirs", "base", "mine"], {
      cwd: folder,
      encoding: "utf8",
    });
    return status === 0 ? stdout : null;
  }

  /**
   * Whether git's diff of a side moves a significant line although fewer changes of significant lines suffice: the shortest
   * edit script may keep a blank line instead.
   */
  function movesLine(base: string, side: string, name: "mine" | "theirs"): boolean {
    const args = ["diff", "--no-index", "--unified=0", "--diff-algorithm=myers", "--no-indent-heuristic"];
    const { stdout } = spawnSync("git", [...args, "base", name], { cwd: folder, encoding: "utf8" });
    const changes = splitLines(stdout).filter((line) => /^[+-](?![+-]{2} )/u.test(line));
    return (
      changes.filter((line) => isSignificant(line)).length >
      measureDistance(splitSignificantLines(base), splitSignificantLines(side))
    );
  }

  /** Git's diff of theirs keeps the last blank line instead of the item before it. */
  const movedLine = {
    base: "```ts b0\nconst value = 0; b1\nconst value = 0; b2\n```\n\n- [ ] alpha alpha b5\n\n",
    mine: "```ts b0\nconst value = 0; b1\nconst value = 0; b2\n```\n| item | note | m0.0\n\n\n- [ ] alpha alpha b5\n\n",
    theirs:
      "- alpha t0.0\n\n```ts b0\n```\n\n```ts t2.0\nconst value = 0; t2.1\n```\n\n- [ ] alpha alpha b5\n",
  };

  /**
   * A merge aligns significant lines first, whereas git's diff of a side may move one. In that case, insertions at one
   * position can have a different order than in git, and git keeps a line that the other side removed.
   */
  it("a merge has the same result unless git has a conflict or moves a line to keep blank ones", () => {
    expect(execFileSync("git", ["--version"], { encoding: "utf8" })).toContain("git version");
    const changedTexts = distinctTexts.map(({ base, mine, theirs }) => ({ base, mine, theirs }));
    let compared = 0;
    fc.assert(
      fc.property(changedTexts, ({ base, mine, theirs }) => {
        const expected = mergeByGit({ base, mine, theirs });
        if (expected === null) return;
        compared += 1;
        const { text, conflicts } = merge(base, mine, theirs);
        // Git keeps a blank line that both sides inserted among other lines twice.
        const [merged, mergedByGit] = [splitSignificantLines(text), splitSignificantLines(expected)];
        if (isDeepStrictEqual(merged, mergedByGit)) expect(conflicts).toEqual([]);
        else if (movesLine(base, mine, "mine") || movesLine(base, theirs, "theirs")) {
          const removed = new Set(listRemoved(base, mine, theirs));
          expect(merged.toSorted()).toEqual(mergedByGit.filter((line) => !removed.has(line)).toSorted());
        } else expect(merged).toEqual(mergedByGit);
      }),
      { numRuns: Math.min(numRuns, 5000), examples: [[movedLine]] },
    );
    expect(compared).toBeGreaterThan(Math.min(numRuns, 5000) / 5);
  });
});
