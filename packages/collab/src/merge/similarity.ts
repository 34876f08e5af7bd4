import { type ComparisonBudget, createTokenNumbering } from "../edits.ts";
import type { Hunk } from "../myers-diff.ts";
import { myersDiff } from "../myers-diff.ts";

/** The minimum similarity for a line to count as a changed version of another. */
const minSimilarity = 0.3;
/** The maximum number of line pairs compared per chunk, and the maximum edit distance of lines without white space. */
const maxPairs = 2500;
const maxKeyEdits = 500;

/** Only this many UTF-16 units at the beginning of a line are compared. */
const maxComparedLength = 2000;

const words = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}\p{N}]+/gu;

/**
 * Pairs lines with their changed versions, in order: first lines that differ only in white space, then the pairs with the
 * most common words (the alignment of Needleman and Wunsch, 1970).
 *
 * @returns For each line of `before` the index of its successor in `after`, or -1.
 */
export function alignSimilarLines(
  before: readonly string[],
  after: readonly string[],
  budget: ComparisonBudget,
): Int32Array {
  const successors = new Int32Array(before.length).fill(-1);
  if (before.length === 0 || after.length === 0) return successors;
  const number = createTokenNumbering();
  const keys = (lines: readonly string[]) =>
    Int32Array.from(lines, (line) =>
      number(line.length > maxComparedLength ? line : line.trim().replaceAll(/\s+/gu, " ")),
    );
  budget.units -= (before.length + after.length) * 8;
  const fullReplacement: Hunk[] = [{ from: 0, to: before.length, start: 0, end: after.length }];
  const { hunks, steps } = myersDiff(keys(before), keys(after), maxKeyEdits);
  budget.steps -= steps;
  const end: Hunk = { from: before.length, to: before.length, start: after.length, end: after.length };
  let [at, to] = [0, 0];
  for (const hunk of [...(hunks ?? fullReplacement), end]) {
    for (; at < hunk.from; at += 1, to += 1) successors[at] = to;
    alignHunk(before, after, hunk, successors, budget);
    [at, to] = [hunk.to, hunk.end];
  }
  return successors;
}

function alignHunk(
  before: readonly string[],
  after: readonly string[],
  { from, to, start, end }: Hunk,
  successors: Int32Array,
  budget: ComparisonBudget,
): void {
  const [rows, columns] = [to - from, end - start];
  if (rows === 0 || columns === 0 || budget.units < 0) return;
  const toBag = (line: string) => {
    budget.units -= line.length;
    return splitIntoWords(line);
  };
  const beforeBags = before.slice(from, to).map(toBag);
  const afterBags = after.slice(start, end).map(toBag);
  const getSimilarity = (row: number, column: number) =>
    measureSimilarity(beforeBags[row] ?? [], afterBags[column] ?? []);
  const isInOrder =
    rows === columns && beforeBags.every((_, row) => getSimilarity(row, row) >= minSimilarity);
  if (isInOrder || rows * columns > maxPairs) {
    if (rows !== columns) return;
    for (let row = 0; row < rows; row += 1) {
      if (getSimilarity(row, row) >= minSimilarity) successors[from + row] = start + row;
    }
    return;
  }
  budget.units -= rows * columns * 4;
  const width = columns + 1;
  /** The best score of the remaining lines. */
  const best = new Float64Array((rows + 1) * width);
  const scores = new Float64Array(rows * columns);
  for (let row = rows - 1; row >= 0; row -= 1) {
    for (let column = columns - 1; column >= 0; column -= 1) {
      const score = getSimilarity(row, column);
      scores[row * columns + column] = score;
      const paired = score >= minSimilarity ? score + (best[(row + 1) * width + column + 1] ?? 0) : 0;
      const skipped = Math.max(best[(row + 1) * width + column] ?? 0, best[row * width + column + 1] ?? 0);
      best[row * width + column] = Math.max(paired, skipped);
    }
  }
  for (let [row, column] = [0, 0]; row < rows && column < columns;) {
    const score = scores[row * columns + column] ?? 0;
    const bestScore = best[row * width + column];
    if (score >= minSimilarity && bestScore === score + (best[(row + 1) * width + column + 1] ?? 0)) {
      successors[from + row] = start + column;
      row += 1;
      column += 1;
    } else if (bestScore === best[(row + 1) * width + column]) row += 1;
    else column += 1;
  }
}

/** Whether a line can count as a changed version of another. */
export const areSimilar = (a: string, b: string): boolean =>
  measureSimilarity(splitIntoWords(a), splitIntoWords(b)) >= minSimilarity;

const splitIntoWords = (line: string): string[] =>
  line.slice(0, maxComparedLength).toLowerCase().match(words)?.toSorted() ?? [];

/** Returns the similarity of two lines from 0 to 1: the mean of the common words' shares in both lines and in the shorter. */
function measureSimilarity(a: readonly string[], b: readonly string[]): number {
  let [at, other, common] = [0, 0, 0];
  while (at < a.length && other < b.length) {
    const [one, two] = [a[at] ?? "", b[other] ?? ""];
    if (one === two) common += 1;
    if (one <= two) at += 1;
    if (two <= one) other += 1;
  }
  if (common === 0) return 0;
  const shares = (2 * common) / (a.length + b.length);
  return (shares + common / Math.min(a.length, b.length)) / 2;
}
