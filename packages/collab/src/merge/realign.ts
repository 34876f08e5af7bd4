import type { Budget } from "../edits.ts";
import type { Hunk } from "../shortest.ts";
import { diffLines } from "./diff-lines.ts";

/** Lines of a side, and which of them say something by themselves. */
export interface WeighedLines {
  numbers: Int32Array;
  significant: readonly boolean[];
}

/**
 * The places where two texts' lines differ, as people see it: lines that say something are found again first, and blank
 * ones, rules and fences only between them. There may be fewer lines that stay than in the shortest comparison, in which
 * any blank line is as good as a paragraph.
 */
export function diffBySignificance(before: WeighedLines, after: WeighedLines, budget: Budget): Hunk[] {
  const [own, others] = [indexesOf(before), indexesOf(after)];
  const saying = ({ numbers }: WeighedLines, indexes: readonly number[]) =>
    Int32Array.from(indexes, (index) => numbers[index] ?? -1);
  const hunks: Hunk[] = [];
  let [from, start] = [0, 0];
  const compare = (to: number, end: number) => {
    const [a, b] = [before.numbers.subarray(from, to), after.numbers.subarray(start, end)];
    for (const hunk of diffLines(a, b, budget)) {
      hunks.push({
        from: from + hunk.from,
        to: from + hunk.to,
        start: start + hunk.start,
        end: start + hunk.end,
      });
    }
  };
  let [at, other] = [0, 0];
  const keep = (end: number) => {
    for (; at < end; at += 1, other += 1) {
      const [to, until] = [own[at] ?? 0, others[other] ?? 0];
      compare(to, until);
      [from, start] = [to + 1, until + 1];
    }
  };
  for (const hunk of diffLines(saying(before, own), saying(after, others), budget)) {
    keep(hunk.from);
    [at, other] = [hunk.to, hunk.end];
  }
  keep(own.length);
  compare(before.numbers.length, after.numbers.length);
  return hunks;
}

const indexesOf = ({ significant }: WeighedLines): number[] =>
  significant.flatMap((isSaying, index) => (isSaying ? [index] : []));
