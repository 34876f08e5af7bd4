import type { ComparisonBudget } from "../edits.ts";
import { type Hunk, myersDiff } from "../myers-diff.ts";
import { findUniqueLines, type IndexedLines, selectSharedLines } from "./anchors.ts";
import { slideChanges } from "./slide.ts";

/** The maximum edit distance per range, and the maximum steps per comparison. */
const maxEdits = 1500;
const maxSteps = 8_000_000;

/** The remaining budget. */
type Steps = Pick<ComparisonBudget, "steps">;

/**
 * Returns the hunks between two sequences of lines, with as few lines as possible (E. W. Myers, "An O(ND) difference
 * algorithm and its variations", 1986). If that takes too long, the sequences are split at anchors, the lines that are
 * unique on both sides (B. Cohen's patience diff), and ranges without anchors count as replaced. A hunk with several
 * possible positions has the last one, as in git, so that equal changes of both sides are equal hunks.
 */
export function diffLineNumbers(
  before: Int32Array,
  after: Int32Array,
  budget: Steps = { steps: maxSteps },
): Hunk[] {
  const { removed, added } = findChanges(before, after, budget);
  slideChanges(before, removed, added);
  slideChanges(after, added, removed);
  return toHunks(removed, added);
}

/** Returns the number of removed and inserted lines. */
export function countChanges(before: Int32Array, after: Int32Array, budget: Steps): number {
  const count = (changed: Uint8Array) => changed.reduce((sum, one) => sum + one, 0);
  const { removed, added } = findChanges(before, after, budget);
  return count(removed) + count(added);
}

/** Marks the lines that don't exist on the other side. */
function findChanges(
  before: Int32Array,
  after: Int32Array,
  budget: Steps,
): { removed: Uint8Array; added: Uint8Array } {
  const removed = new Uint8Array(before.length);
  const added = new Uint8Array(after.length);
  const maxRangeSteps = budget.steps / 4;
  const mark = ({ from, to, start, end }: Hunk, changed: 0 | 1) => {
    removed.fill(changed, from, to);
    added.fill(changed, start, end);
  };
  const ranges: Hunk[] = [{ from: 0, to: before.length, start: 0, end: after.length }];
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    const differing = trimCommon(before, after, range);
    mark(range, 0);
    mark(differing, 1);
    const { from, to, start, end } = differing;
    budget.steps -= (to - from + (end - start)) / 8;
    if (from === to || start === end || budget.steps <= 0) continue;
    const [left, right] = selectComparable(before.subarray(from, to), after.subarray(start, end));
    const result = myersDiff(left.numbers, right.numbers, maxEdits, Math.min(budget.steps, maxRangeSteps));
    budget.steps -= result.steps;
    const keep = (at: number, other: number) => {
      removed[from + (left.indexes[at] ?? 0)] = 0;
      added[start + (right.indexes[other] ?? 0)] = 0;
    };
    if (result.hunks !== null) {
      forEachKept(result.hunks, left.numbers.length, keep);
      continue;
    }
    let next = { from, start };
    const anchors = findUniqueLines(left.numbers, right.numbers);
    for (const { at, other } of anchors) {
      keep(at, other);
      const anchor = { to: from + (left.indexes[at] ?? 0), end: start + (right.indexes[other] ?? 0) };
      ranges.push({ ...next, ...anchor });
      next = { from: anchor.to + 1, start: anchor.end + 1 };
    }
    if (anchors.length > 0) ranges.push({ ...next, to, end });
  }
  return { removed, added };
}

/** Up to this number, all lines are compared, because selecting them would take longer. */
const maxTrivialLines = 64;

/** Selects the lines to compare. Among many lines, those that are missing on the other side are omitted. */
function selectComparable(before: Int32Array, after: Int32Array): [IndexedLines, IndexedLines] {
  if (before.length + after.length > maxTrivialLines) {
    return [selectSharedLines(before, after), selectSharedLines(after, before)];
  }
  const all = (numbers: Int32Array) => ({ numbers, indexes: numbers.map((_, index) => index) });
  return [all(before), all(after)];
}

/** Calls `keep` for each pair of unchanged lines between the hunks. */
function forEachKept(
  hunks: readonly Hunk[],
  length: number,
  keep: (at: number, other: number) => void,
): void {
  let [at, other] = [0, 0];
  for (const { from, to, end } of hunks) {
    for (; at < from; at += 1, other += 1) keep(at, other);
    [at, other] = [to, end];
  }
  for (; at < length; at += 1, other += 1) keep(at, other);
}

/** Returns a range without its common prefix and suffix. */
function trimCommon(before: Int32Array, after: Int32Array, { from, to, start, end }: Hunk): Hunk {
  while (from < to && start < end && before[from] === after[start]) {
    from += 1;
    start += 1;
  }
  while (from < to && start < end && before[to - 1] === after[end - 1]) {
    to -= 1;
    end -= 1;
  }
  return { from, to, start, end };
}

function toHunks(removed: Uint8Array, added: Uint8Array): Hunk[] {
  const hunks: Hunk[] = [];
  for (let [from, start] = [0, 0]; from < removed.length || start < added.length; from += 1, start += 1) {
    let [to, end] = [from, start];
    while (removed[to] === 1) to += 1;
    while (added[end] === 1) end += 1;
    if (to > from || end > start) hunks.push({ from, to, start, end });
    [from, start] = [to, end];
  }
  return hunks;
}

/**
 * Like `diffLineNumbers`, but aligns significant lines first, and the others only between them. A shortest edit script
 * would treat blank lines and paragraphs as equally important.
 */
export function diffSignificantFirst(
  before: Int32Array,
  after: Int32Array,
  significant: Uint8Array,
  budget: Steps,
): Hunk[] {
  const [left, right] = [before, after].map((numbers) => pickLines(numbers, significant));
  if (left === undefined || right === undefined) throw new Error("Expected two sequences.");
  const hunks: Hunk[] = [];
  let [from, start] = [0, 0];
  const compare = (to: number, end: number) => {
    if (from === to && start === end) return;
    for (const hunk of diffLineNumbers(before.subarray(from, to), after.subarray(start, end), budget)) {
      hunks.push({
        from: from + hunk.from,
        to: from + hunk.to,
        start: start + hunk.start,
        end: start + hunk.end,
      });
    }
  };
  forEachKept(diffLineNumbers(left.numbers, right.numbers, budget), left.numbers.length, (at, other) => {
    const [to, end] = [left.indexes[at] ?? 0, right.indexes[other] ?? 0];
    compare(to, end);
    [from, start] = [to + 1, end + 1];
  });
  compare(before.length, after.length);
  return hunks;
}

/** Selects the significant lines of a sequence, with their indexes. */
export function pickLines(numbers: Int32Array, significant: Uint8Array): IndexedLines {
  const indexes = new Int32Array(numbers.length);
  let count = 0;
  for (let index = 0; index < numbers.length; index += 1) {
    if (significant[numbers[index] ?? 0] === 1) indexes[count++] = index;
  }
  const picked = indexes.subarray(0, count);
  return { indexes: picked, numbers: picked.map((index) => numbers[index] ?? 0) };
}
