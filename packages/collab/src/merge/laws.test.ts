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

/** Cases of each law. Every run has other ones: `LAW_CASES=200000` tries a law thoroughly. */
const numRuns = Number(process.env["LAW_CASES"] ?? 300);

/** A case takes up to 25 ms where it starts processes of git. */
const timeout = 60_000 + 50 * numRuns;

const endings = fc.record({
  lineBreak: fc.constantFrom("\n", "\n", "\r\n"),
  base: fc.boolean(),
  mine: fc.boolean(),
  theirs: fc.boolean(),
});

/** Three texts: what two writers made of one, each by itself. Lines and words are repeated all over. */
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
 * The same with lines that all differ, except those without letters and digits, so that it is clear which were inserted and
 * which removed. Then the same after both made some changes alike.
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

const linesIn = (text: string): string[] => text.split(/\r\n|\n/u);
const isSignificant = (line: string): boolean => /[\p{L}\p{N}]/u.test(line);
const significantIn = (text: string): string[] => linesIn(text).filter(isSignificant);
const countOf = (text: string, line: string): number => linesIn(text).filter((one) => one === line).length;

/** The lines that one side removed, where all lines are different. */
const removedFrom = (base: string, ...sides: string[]): string[] =>
  significantIn(base).filter((line) => sides.some((side) => countOf(side, line) === 0));

/** How many lines are removed and inserted at least on the way from one text to another. */
function distance(before: readonly string[], after: readonly string[]): number {
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

/** Whether a shortest way from the base to a text leads by a side: then the text has all changes of that side. */
const leadsBy = (base: readonly string[], side: readonly string[], text: readonly string[]): boolean =>
  distance(base, side) + distance(side, text) === distance(base, text);

/**
 * Expects that a merge changes nothing. Blank lines, rules and fences are alike all over a text: they stay the same where the
 * text has all changes of theirs, too.
 */
function expectNothingToDo(base: string, side: string, text: string): void {
  const again = merge(base, side, text).text;
  expect(significantIn(again)).toEqual(significantIn(text));
  if (leadsBy(linesIn(base), linesIn(side), linesIn(text))) expect(linesIn(again)).toEqual(linesIn(text));
}

describe("a merge", { timeout }, () => {
  it("is the one side where the other changed nothing, or the same", () => {
    fc.assert(
      fc.property(threeTexts, ({ base, mine, theirs }) => {
        expect(merge(base, mine, base).text).toBe(mine);
        expect(merge(base, base, theirs).text).toBe(theirs);
        expect(merge(base, mine, mine)).toEqual({ text: mine, edits: [], conflicts: [] });
      }),
      { numRuns },
    );
  });

  it("says the edits that lead to its text, in order and apart", () => {
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

  it("has no line that nobody wrote, except for reported ones with the words of both", () => {
    fc.assert(
      fc.property(threeTexts, ({ base, mine, theirs }) => {
        const { text, conflicts } = merge(base, mine, theirs);
        const known = new Set([base, mine, theirs].flatMap(linesIn));
        const written = new Set([base, mine, theirs].flatMap((side) => side.split(/\s+/u)));
        const invented = linesIn(text).filter((line) => !known.has(line));
        if (conflicts.length === 0) expect(invented).toEqual([]);
        expect(invented.flatMap((line) => line.split(/\s+/u)).filter((one) => !written.has(one))).toEqual([]);
      }),
      { numRuns },
    );
  });

  it("has no line more often than one of the three texts", () => {
    fc.assert(
      fc.property(distinctTexts, ({ base, mineAndShared, theirsAndShared }) => {
        const { text } = merge(base, mineAndShared, theirsAndShared);
        const sides = [base, mineAndShared, theirsAndShared];
        const doubled = significantIn(text).filter(
          (line) => countOf(text, line) > Math.max(1, ...sides.map((side) => countOf(side, line))),
        );
        expect(doubled).toEqual([]);
      }),
      { numRuns },
    );
  });

  // Among blank lines, the shortest way may be to move a line past them. Then the removal elsewhere is another change, in
  // git's merges as well.
  it("has no line that one side removed, where no two lines are alike", () => {
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
        const removed = linesIn(base).filter((line) =>
          [mine, theirs].some((side) => countOf(side, line) === 0),
        );
        expect(removed.filter((line) => countOf(text, line) > 0)).toEqual([]);
      }),
      { numRuns },
    );
  });

  it("has each new line of either side, or its words", () => {
    fc.assert(
      fc.property(distinctTexts, ({ base, mine, theirs }) => {
        const { text } = merge(base, mine, theirs);
        for (const side of [mine, theirs]) {
          const lost = significantIn(side).filter(
            (line) => countOf(base, line) === 0 && countOf(text, line) === 0,
          );
          const marks = lost.flatMap((line) => line.match(/(?<= |^)[mt]\d[\d.]*(?= |$)/gu) ?? []);
          const words = new Set(text.split(/\s+/u));
          expect(marks.filter((mark) => !words.has(mark))).toEqual([]);
        }
      }),
      { numRuns },
    );
  });

  it("has what one side alone inserted, whole and once", () => {
    const marked = fc.record({ texts: threeTexts, mine: fc.nat(), theirs: fc.nat() });
    const insert = (text: string, at: number, block: string, lineBreak: string) => {
      const lines = text.split(lineBreak);
      return lines.toSpliced(at % (lines.length + 1), 0, ...block.split("\n")).join(lineBreak);
    };
    fc.assert(
      fc.property(marked, ({ texts: { base, mine, theirs, lineBreak }, ...at }) => {
        const [own, other] = ["- MINE one\n- MINE two\n- MINE three", "- THEIRS one\n\n- THEIRS two"];
        const { text } = merge(
          base,
          insert(mine, at.mine, own, lineBreak),
          insert(theirs, at.theirs, other, lineBreak),
        );
        for (const line of [...own.split("\n"), ...other.split("\n").filter(Boolean)]) {
          expect(countOf(text, line)).toBe(1);
        }
      }),
      { numRuns },
    );
  });

  it("has a line that both inserted once", () => {
    fc.assert(
      fc.property(distinctTexts, ({ base, shared, mineAndShared, theirsAndShared }) => {
        const { text } = merge(base, mineAndShared, theirsAndShared);
        const inserted = significantIn(shared).filter((line) => countOf(base, line) === 0);
        for (const line of inserted) {
          if ([mineAndShared, theirsAndShared].some((side) => countOf(side, line) === 0)) continue;
          expect(countOf(text, line)).toBe(1);
        }
      }),
      { numRuns },
    );
  });

  it("keeps both lines where both changed a number, a date or a link, and reports them", () => {
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
        const [was, own, other] = value.map((one) => `due ${one} for all of us here`);
        const write = (before: readonly string[], line = "") =>
          before.toSpliced(at % before.length, 0, line).join("\n");
        const after = lines.length > 0 ? write(lines, own) : "";
        const changed = changeLines(after.split("\n"), markChanges(mine, "m")).join("\n");
        if (countOf(changed, own ?? "") === 0) return;
        const { text, conflicts } = merge(write(lines, was), changed, write(lines, other));
        expect([own, other, was].map((line) => countOf(text, line ?? ""))).toEqual([1, 1, 0]);
        expect(conflicts.length).toBeGreaterThan(0);
      }),
      { numRuns },
    );
  });

  it("changes nothing when it is repeated by either side", () => {
    fc.assert(
      fc.property(distinctTexts, ({ base, ...texts }) => {
        for (const [mine, theirs] of [
          [texts.mine, texts.theirs],
          [texts.mineAndShared, texts.theirsAndShared],
        ] as const) {
          const { text } = merge(base, mine, theirs);
          expectNothingToDo(base, mine, text);
          expectNothingToDo(base, theirs, text);
        }
      }),
      { numRuns },
    );
  });

  it("changes nothing when it is repeated after others inserted elsewhere", () => {
    fc.assert(
      fc.property(distinctTexts, fc.nat(), ({ base, lineBreak, ...texts }, at) => {
        for (const [mine, theirs] of [
          [texts.mine, texts.theirs],
          [texts.mineAndShared, texts.theirsAndShared],
        ] as const) {
          const lines = merge(base, mine, theirs).text.split(lineBreak);
          const later = lines.toSpliced(at % lines.length, 0, "what another one wrote").join(lineBreak);
          expectNothingToDo(base, mine, later);
          expectNothingToDo(base, theirs, later);
        }
      }),
      { numRuns },
    );
  });

  /**
   * Among repeated lines, the result can be as near to the base as if mine had never been written: the base `a`, a second
   * `a` of mine and none of theirs give `a`, which is the base again. Then three texts can't tell a repetition.
   */
  it("changes nothing when it is repeated among equal lines, if no shorter way leads from the base to the result", () => {
    fc.assert(
      fc.property(threeTexts, ({ base, mine, theirs }) => {
        const { text } = merge(base, mine, theirs);
        const [from, by, to] = [base, mine, text].map(significantIn);
        if (from === undefined || by === undefined || to === undefined) throw new Error("three texts");
        if (!leadsBy(from, by, to)) return;
        expect(significantIn(merge(base, mine, text).text)).toEqual(to);
      }),
      { numRuns },
    );
  });
});

describe("beside git", { timeout }, () => {
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
   * Whether git's diff of a side removes a significant line here and inserts it there, though fewer changes are enough: the
   * shortest way may be to keep a blank line instead.
   */
  function movesLine(base: string, side: string, name: "mine" | "theirs"): boolean {
    const args = ["diff", "--no-index", "--unified=0", "--diff-algorithm=myers", "--no-indent-heuristic"];
    const { stdout } = spawnSync("git", [...args, "base", name], { cwd: folder, encoding: "utf8" });
    const changes = linesIn(stdout).filter((line) => /^[+-](?![+-]{2} )/u.test(line));
    return (
      changes.filter((line) => isSignificant(line)).length >
      distance(significantIn(base), significantIn(side))
    );
  }

  /** Git's diff of theirs keeps the last blank line instead of the item before it. */
  const moved = {
    base: "```ts b0\nconst value = 0; b1\nconst value = 0; b2\n```\n\n- [ ] alpha alpha b5\n\n",
    mine: "```ts b0\nconst value = 0; b1\nconst value = 0; b2\n```\n| item | note | m0.0\n\n\n- [ ] alpha alpha b5\n\n",
    theirs:
      "- alpha t0.0\n\n```ts b0\n```\n\n```ts t2.0\nconst value = 0; t2.1\n```\n\n- [ ] alpha alpha b5\n",
  };

  /**
   * A merge aligns significant lines first where git's diff of a side moves one. Then insertions at one place may come in
   * another order than git's, and git keeps a line that the other side removed.
   */
  it("a merge has its text wherever git's has no conflict and moves no line for the sake of blank ones", () => {
    expect(execFileSync("git", ["--version"], { encoding: "utf8" })).toContain("git version");
    const changedTexts = distinctTexts.map(({ base, mine, theirs }) => ({ base, mine, theirs }));
    let compared = 0;
    fc.assert(
      fc.property(changedTexts, ({ base, mine, theirs }) => {
        const expected = mergeByGit({ base, mine, theirs });
        if (expected === null) return;
        compared += 1;
        const { text, conflicts } = merge(base, mine, theirs);
        // Git counts a blank line that both sides inserted among other lines as two.
        const [own, byGit] = [significantIn(text), significantIn(expected)];
        if (isDeepStrictEqual(own, byGit)) expect(conflicts).toEqual([]);
        else if (movesLine(base, mine, "mine") || movesLine(base, theirs, "theirs")) {
          const removed = new Set(removedFrom(base, mine, theirs));
          expect(own.toSorted()).toEqual(byGit.filter((line) => !removed.has(line)).toSorted());
        } else expect(own).toEqual(byGit);
      }),
      { numRuns: Math.min(numRuns, 5000), examples: [[moved]] },
    );
    expect(compared).toBeGreaterThan(Math.min(numRuns, 5000) / 5);
  });
});
