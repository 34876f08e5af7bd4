import type { Budget } from "../edits.ts";
import { type Hunk, myersDiff } from "../myers-diff.ts";
import { findUniqueLines, type IndexedLines, sharedLines } from "./anchors.ts";
import { slideChanges } from "./slide.ts";

/** The maximum edit distance per range, and the maximum steps per comparison. */
const maxEdits = 1500;
const maxSteps = 8_000_000;

/** The remaining budget. */
type Steps = Pick<Budget, "steps">;

/**
 * The hunks between two sequences of lines, with as few lines as possible (E. W. Myers, "An O(ND) difference algorithm and
 * its variations", 1986). If that takes too long, the sequences are split at anchors, the lines unique on both sides
 * (B. Cohen's patience diff), and ranges without anchors differ as a whole. A hunk with several possible positions is placed
 * as far down as possible, like in git, so that equal changes of both sides are equal hunks.
 */
export function diffLines(
  before: Int32Array,
  after: Int32Array,
  budget: Steps = { steps: maxSteps },
): Hunk[] {
  const { removed, added } = findChanges(before, after, budget);
  slideChanges(before, removed, added);
  slideChanges(after, added, removed);
  return toHunks(removed, added);
}

/** The number of removed and inserted lines. */
export function countChanges(before: Int32Array, after: Int32Array, budget: Steps): number {
  const count = (changed: Uint8Array) => changed.reduce((sum, one) => sum + one, 0);
  const { removed, added } = findChanges(before, after, budget);
  return count(removed) + count(added);
}

/** Marks the lines that do not exist on the other side. */
function findChanges(
  before: Int32Array,
  after: Int32Array,
  budget: Steps,
): { removed: Uint8Array; added: Uint8Array } {
  const removed = new Uint8Array(before.length);
  const added = new Uint8Array(after.length);
  const most = budget.steps / 4;
  const mark = ({ from, to, start, end }: Hunk, changed: 0 | 1) => {
    removed.fill(changed, from, to);
    added.fill(changed, start, end);
  };
  const ranges: Hunk[] = [{ from: 0, to: before.length, start: 0, end: after.length }];
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    const rest = trimCommon(before, after, range);
    mark(range, 0);
    mark(rest, 1);
    const { from, to, start, end } = rest;
    budget.steps -= (to - from + (end - start)) / 8;
    if (from === to || start === end || budget.steps <= 0) continue;
    const [own, others] = toComparable(before.subarray(from, to), after.subarray(start, end));
    const found = myersDiff(own.numbers, others.numbers, maxEdits, Math.min(budget.steps, most));
    budget.steps -= found.steps;
    const keep = (at: number, other: number) => {
      removed[from + (own.indexes[at] ?? 0)] = 0;
      added[start + (others.indexes[other] ?? 0)] = 0;
    };
    if (found.hunks !== null) {
      forEachKept(found.hunks, own.numbers.length, keep);
      continue;
    }
    let next = { from, start };
    const anchors = findUniqueLines(own.numbers, others.numbers);
    for (const { at, other } of anchors) {
      keep(at, other);
      const anchor = { to: from + (own.indexes[at] ?? 0), end: start + (others.indexes[other] ?? 0) };
      ranges.push({ ...next, ...anchor });
      next = { from: anchor.to + 1, start: anchor.end + 1 };
    }
    if (anchors.length > 0) ranges.push({ ...next, to, end });
  }
  return { removed, added };
}

/** Up to this number, all lines are compared, because filtering would take longer. */
const maxTrivialLines = 64;

/** Lines missing on the other side have certainly changed. Among many lines, only the others are compared. */
function toComparable(before: Int32Array, after: Int32Array): [IndexedLines, IndexedLines] {
  if (before.length + after.length > maxTrivialLines) {
    return [sharedLines(before, after), sharedLines(after, before)];
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

/** A range without its common prefix and suffix. */
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
 * Like `diffLines`, but aligns significant lines first, and the others only between them, because a shortest edit script
 * treats blank lines and paragraphs as equally important.
 */
export function diffSignificantFirst(
  before: Int32Array,
  after: Int32Array,
  significant: Uint8Array,
  budget: Steps,
): Hunk[] {
  const [own, others] = [before, after].map((numbers) => pickLines(numbers, significant));
  if (own === undefined || others === undefined) throw new Error("Expected two sequences.");
  const hunks: Hunk[] = [];
  let [from, start] = [0, 0];
  const compare = (to: number, end: number) => {
    if (from === to && start === end) return;
    for (const hunk of diffLines(before.subarray(from, to), after.subarray(start, end), budget)) {
      hunks.push({
        from: from + hunk.from,
        to: from + hunk.to,
        start: start + hunk.start,
        end: start + hunk.end,
      });
    }
  };
  forEachKept(diffLines(own.numbers, others.numbers, budget), own.numbers.length, (at, other) => {
    const [to, end] = [own.indexes[at] ?? 0, others.indexes[other] ?? 0];
    compare(to, end);
    [from, start] = [to + 1, end + 1];
  });
  compare(before.length, after.length);
  return hunks;
}

/** The significant lines of a sequence, with their indexes. */
export function pickLines(numbers: Int32Array, significant: Uint8Array): IndexedLines {
  const indexes = new Int32Array(numbers.length);
  let count = 0;
  for (let index = 0; index < numbers.length; index += 1) {
    if (significant[numbers[index] ?? 0] === 1) indexes[count++] = index;
  }
  const picked = indexes.subarray(0, count);
  return { indexes: picked, numbers: picked.map((index) => numbers[index] ?? 0) };
}
