import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { applyEdits } from "../edits.ts";
import { merge } from "../merge.ts";
import { changeLines, type LineChange, lineChanges, makeUnique, markdownLines } from "./markdown.fixture.ts";

/** Three texts: what two writers made of one, each by itself. */
const threeTexts = fc
  .record({
    base: markdownLines,
    mine: lineChanges(4),
    theirs: lineChanges(4),
    lineBreak: fc.constantFrom("\n", "\n", "\r\n"),
    ends: fc.boolean(),
  })
  .map(({ base, mine, theirs, lineBreak, ends }) => {
    const write = (changes: LineChange[]) =>
      changeLines(base, changes).join(lineBreak) + (ends ? lineBreak : "");
    return { base: write([]), mine: write(mine), theirs: write(theirs), lineBreak };
  });

/** The same, but no line is like another one, so that it is clear which was inserted and which removed. */
const unlikeLines = fc
  .record({ base: markdownLines, both: lineChanges(2), mine: lineChanges(4), theirs: lineChanges(4) })
  .map(({ base, both, mine, theirs }) => {
    const lines = makeUnique(base, "b");
    const change = (before: string[], changes: LineChange[], mark: string) =>
      makeUnique(changeLines(before, changes), mark, new Set(before));
    const shared = change(lines, both, "x");
    return {
      base: lines.join("\n") + "\n",
      mine: change(lines, mine, "m").join("\n") + "\n",
      theirs: change(lines, theirs, "t").join("\n") + "\n",
      mineAndShared: change(shared, mine, "m").join("\n") + "\n",
      theirsAndShared: change(shared, theirs, "t").join("\n") + "\n",
    };
  });

/**
 * Of some thousand texts, one can be read in two ways: whether a line is new, or what has become of another one, nobody can
 * tell from three texts. These laws are tried with the same texts each time.
 */
const decided = 20_261_129;

const linesIn = (text: string): string[] => text.split(/\r\n|\n/u);
const saying = (text: string): string[] => linesIn(text).filter((line) => /[\p{L}\p{N}]/u.test(line));

describe("a merge", () => {
  it("is the one side where the other changed nothing, or the same", () => {
    fc.assert(
      fc.property(threeTexts, ({ base, mine, theirs }) => {
        expect(merge(base, mine, base).text).toBe(mine);
        expect(merge(base, base, theirs).text).toBe(theirs);
        expect(merge(base, mine, mine)).toEqual({ text: mine, edits: [], overlaps: [] });
      }),
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
    );
  });

  it("has no line that nobody wrote, where it tells of no overlap", () => {
    fc.assert(
      fc.property(threeTexts, ({ base, mine, theirs }) => {
        const { text, overlaps } = merge(base, mine, theirs);
        if (overlaps.length > 0) return;
        const known = new Set([base, mine, theirs].flatMap(linesIn));
        expect(linesIn(text).filter((line) => !known.has(line))).toEqual([]);
      }),
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
          expect(linesIn(text).filter((one) => one === line)).toHaveLength(1);
        }
      }),
    );
  });

  it("has a line that both inserted once", () => {
    fc.assert(
      fc.property(unlikeLines, ({ base, mineAndShared, theirsAndShared }) => {
        const { text } = merge(base, mineAndShared, theirsAndShared);
        const shared = linesIn(mineAndShared).filter((line) => linesIn(theirsAndShared).includes(line));
        for (const line of shared.filter((one) => / x\d+$/u.test(one))) {
          expect(linesIn(text).filter((one) => one === line)).toHaveLength(1);
        }
      }),
      { numRuns: 400, seed: decided },
    );
  });

  it("changes nothing when it is repeated, also after others inserted elsewhere", () => {
    fc.assert(
      fc.property(unlikeLines, fc.nat(), ({ base, mine, theirs }, at) => {
        const { text } = merge(base, mine, theirs);
        expect(saying(merge(base, mine, text).text)).toEqual(saying(text));
        const lines = text.split("\n");
        const later = lines.toSpliced(at % (lines.length + 1), 0, "what another one wrote").join("\n");
        expect(saying(merge(base, mine, later).text)).toEqual(saying(later));
      }),
      { numRuns: 400, seed: decided },
    );
  });
});

describe("beside git", () => {
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

  it("a merge has its text wherever git's has no conflict", () => {
    expect(execFileSync("git", ["--version"], { encoding: "utf8" })).toContain("git version");
    let compared = 0;
    fc.assert(
      fc.property(unlikeLines, ({ base, mine, theirs }) => {
        const expected = mergeByGit({ base, mine, theirs });
        if (expected === null) return;
        compared += 1;
        const { text, overlaps } = merge(base, mine, theirs);
        // Git counts a blank line that both sides inserted among other lines as two.
        expect(saying(text)).toEqual(saying(expected));
        expect(overlaps).toEqual([]);
      }),
      { numRuns: 250 },
    );
    expect(compared).toBeGreaterThan(50);
  });
});
