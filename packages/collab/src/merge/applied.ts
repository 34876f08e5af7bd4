import type { Budget } from "../edits.ts";
import { countChanges, diffLines, pickLines } from "./diff-lines.ts";
import { contentAt, type Lines, type NumberedTexts } from "./lines.ts";
import { mergeLine } from "./words.ts";

/** The maximum number of line pairs compared per hunk. */
const maxPairs = 400;

/**
 * Whether theirs already has all changes of mine: a shortest edit script from the base to theirs passes through mine, that
 * is, d(base, mine) + d(mine, theirs) = d(base, theirs) for the distance in inserted and removed lines. A line of theirs
 * with the changed words of a line of mine counts as that line.
 *
 * A new line in theirs, which neither base nor mine has, adds one to both sides of the equation. So insertions by others
 * never affect the result.
 *
 * @returns "significant" if this is certain only for significant lines, because others can be aligned in several ways.
 */
export function isApplied({ texts, significant }: NumberedTexts, budget: Budget): boolean | "significant" {
  const [base, mine, theirs] = texts;
  if (base === undefined || mine === undefined || theirs === undefined)
    throw new Error("Expected three texts.");
  const pick = (numbers: Int32Array) => pickLines(numbers, significant).numbers;
  const [from, by] = [pick(base.numbers), pick(mine.numbers)];
  const isIn = (numbers: Int32Array) => {
    if (!hasNewLines(from, by, numbers, significant.length) || !isOnTheWay(from, by, pick(numbers), budget))
      return false;
    if (isOnTheWay(base.numbers, mine.numbers, numbers, budget)) return true;
    return countChanges(from, by, budget) > 0 && "significant";
  };
  const applied = isIn(theirs.numbers);
  if (applied !== false) return applied;
  const numbers = replaceMergedLines({ texts, significant }, budget);
  return numbers !== null && isIn(numbers);
}

/** Whether a text has all new lines of another; otherwise no further comparison is needed. */
function hasNewLines(base: Int32Array, by: Int32Array, text: Int32Array, count: number): boolean {
  const known = new Uint8Array(count);
  for (const number of base) known[number] = 1;
  for (const number of text) known[number] = 1;
  return by.every((number) => known[number] === 1);
}

function isOnTheWay(from: Int32Array, by: Int32Array, to: Int32Array, budget: Budget): boolean {
  const parts = countChanges(from, by, budget) + countChanges(by, to, budget);
  return parts === countChanges(from, to, budget) && budget.steps > 0;
}

/** The lines of theirs, with lines that have the changed words of a line of mine replaced by that line; null if none. */
function replaceMergedLines({ texts, significant }: NumberedTexts, budget: Budget): Int32Array | null {
  const [base, mine, theirs] = texts;
  if (base === undefined || mine === undefined || theirs === undefined) return null;
  const [own, others] = [mine, theirs].map(({ numbers }) => pickLines(numbers, significant));
  if (own === undefined || others === undefined) return null;
  const origins = findOrigins(base, mine, significant, budget);
  const isInBase = new Uint8Array(significant.length);
  for (const number of base.numbers) isInBase[number] = 1;
  let replaced: Int32Array | null = null;
  for (const hunk of diffLines(own.numbers, others.numbers, budget)) {
    let first = hunk.start;
    const rows = hunk.to - hunk.from;
    if (rows * (hunk.end - hunk.start) > maxPairs) continue;
    for (let at = hunk.from; at < hunk.to; at += 1) {
      const line = own.indexes[at] ?? 0;
      const candidates = origins.get(line);
      if (candidates === undefined) continue;
      const changed = contentAt(mine, line);
      for (let other = first; other < hunk.end; other += 1) {
        const index = others.indexes[other] ?? 0;
        if (isInBase[theirs.numbers[index] ?? 0] === 1) continue;
        const merged = contentAt(theirs, index);
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

/** For each new significant line of mine, the lines of the base that it may be derived from. */
function findOrigins(
  base: Lines,
  mine: Lines,
  significant: Uint8Array,
  budget: Budget,
): Map<number, readonly string[]> {
  const origins = new Map<number, readonly string[]>();
  const [from, to] = [base, mine].map(({ numbers }) => pickLines(numbers, significant));
  if (from === undefined || to === undefined) return origins;
  for (const hunk of diffLines(from.numbers, to.numbers, budget)) {
    const [rows, columns] = [hunk.to - hunk.from, hunk.end - hunk.start];
    if (rows * columns === 0 || rows * columns > maxPairs) continue;
    const removed = Array.from({ length: rows }, (_, row) =>
      contentAt(base, from.indexes[hunk.from + row] ?? 0),
    );
    for (let at = hunk.start; at < hunk.end; at += 1) origins.set(to.indexes[at] ?? 0, removed);
  }
  return origins;
}
