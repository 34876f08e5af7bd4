import type { ComparisonBudget } from "../edits.ts";
import { countChanges, diffLineNumbers, pickLines } from "./diff-line-numbers.ts";
import { readLineContent, type Lines, type NumberedTexts } from "./lines.ts";
import { mergeLine } from "./words.ts";

/** The maximum number of line pairs compared per hunk. */
const maxPairs = 400;

/**
 * Whether theirs already has all changes of mine: a shortest edit script from the base to theirs passes through mine.
 * That is, d(base, mine) + d(mine, theirs) = d(base, theirs) for the distance in inserted and removed lines. A line of
 * theirs that has the changed words of a line of mine counts as that line.
 *
 * A line that only theirs has adds one to both sides of the equation, so insertions by others never affect the result.
 *
 * @returns "significant" if this is certain only for significant lines, because the others can be aligned in several
 *   ways.
 */
export function isApplied(
  { texts, significant }: NumberedTexts,
  budget: ComparisonBudget,
): boolean | "significant" {
  const [base, mine, theirs] = texts;
  if (base === undefined || mine === undefined || theirs === undefined)
    throw new Error("Expected three texts.");
  const pick = (numbers: Int32Array) => pickLines(numbers, significant).numbers;
  const [from, via] = [pick(base.numbers), pick(mine.numbers)];
  const isAppliedIn = (numbers: Int32Array) => {
    if (
      !hasNewLines(from, via, numbers, significant.length) ||
      !isIntermediate(from, via, pick(numbers), budget)
    )
      return false;
    if (isIntermediate(base.numbers, mine.numbers, numbers, budget)) return true;
    return countChanges(from, via, budget) > 0 && "significant";
  };
  const applied = isAppliedIn(theirs.numbers);
  if (applied !== false) return applied;
  const numbers = replaceMergedLines({ texts, significant }, budget);
  return numbers !== null && isAppliedIn(numbers);
}

/** Whether a text has all new lines of another. If not, no further comparison is needed. */
function hasNewLines(base: Int32Array, via: Int32Array, text: Int32Array, count: number): boolean {
  const existing = new Uint8Array(count);
  for (const number of base) existing[number] = 1;
  for (const number of text) existing[number] = 1;
  return via.every((number) => existing[number] === 1);
}

function isIntermediate(
  from: Int32Array,
  via: Int32Array,
  to: Int32Array,
  budget: ComparisonBudget,
): boolean {
  const parts = countChanges(from, via, budget) + countChanges(via, to, budget);
  return parts === countChanges(from, to, budget) && budget.steps > 0;
}

/** Replaces each line of theirs that has the changed words of a line of mine by that line. Null if there is none. */
function replaceMergedLines(
  { texts, significant }: NumberedTexts,
  budget: ComparisonBudget,
): Int32Array | null {
  const [base, mine, theirs] = texts;
  if (base === undefined || mine === undefined || theirs === undefined) return null;
  const [mineLines, theirLines] = [mine, theirs].map(({ numbers }) => pickLines(numbers, significant));
  if (mineLines === undefined || theirLines === undefined) return null;
  const origins = findOrigins(base, mine, significant, budget);
  const isInBase = new Uint8Array(significant.length);
  for (const number of base.numbers) isInBase[number] = 1;
  let replaced: Int32Array | null = null;
  for (const hunk of diffLineNumbers(mineLines.numbers, theirLines.numbers, budget)) {
    let first = hunk.start;
    const rows = hunk.to - hunk.from;
    if (rows * (hunk.end - hunk.start) > maxPairs) continue;
    for (let at = hunk.from; at < hunk.to; at += 1) {
      const line = mineLines.indexes[at] ?? 0;
      const candidates = origins.get(line);
      if (candidates === undefined) continue;
      const changed = readLineContent(mine, line);
      for (let other = first; other < hunk.end; other += 1) {
        const index = theirLines.indexes[other] ?? 0;
        if (isInBase[theirs.numbers[index] ?? 0] === 1) continue;
        const merged = readLineContent(theirs, index);
        if (!candidates.some((origin) => mergeLine(origin, changed, merged, budget) === merged)) continue;
        replaced ??= theirs.numbers.slice();
        replaced[index] = mine.numbers[line] ?? 0;
        first = other + 1;
        break;
      }
    }
  }
  return replaced;
}

/** Finds the lines of the base from which each new significant line of mine may be derived. */
function findOrigins(
  base: Lines,
  mine: Lines,
  significant: Uint8Array,
  budget: ComparisonBudget,
): Map<number, readonly string[]> {
  const origins = new Map<number, readonly string[]>();
  const [from, to] = [base, mine].map(({ numbers }) => pickLines(numbers, significant));
  if (from === undefined || to === undefined) return origins;
  for (const hunk of diffLineNumbers(from.numbers, to.numbers, budget)) {
    const [rows, columns] = [hunk.to - hunk.from, hunk.end - hunk.start];
    if (rows * columns === 0 || rows * columns > maxPairs) continue;
    const removed = Array.from({ length: rows }, (_, row) =>
      readLineContent(base, from.indexes[hunk.from + row] ?? 0),
    );
    for (let at = hunk.start; at < hunk.end; at += 1) origins.set(to.indexes[at] ?? 0, removed);
  }
  return origins;
}
