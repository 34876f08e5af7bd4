import type { Budget } from "../edits.ts";
import type { Alignment, Chunk } from "./chunks.ts";
import { diffLines } from "./diff-lines.ts";
import {
  readLineBreak,
  isBlank,
  isSignificant,
  lineAt,
  type Lines,
  type LineSpan,
  withoutBreak,
} from "./lines.ts";
import { alignSimilarLines } from "./similarity.ts";
import { mergeLine } from "./words.ts";

/** Conflicting versions of some lines of the base. */
export interface Conflict {
  base: string;
  mine: string;
  theirs: string;
}

/** Lines of the result that replace a range of theirs. */
export interface Replacement {
  theirs: LineSpan;
  lines: string[];
  conflict: Conflict | null;
  /** Whether the line combines words of both sides and exists on neither. */
  isWordMerge?: boolean;
}

/** Three texts, their alignments and the remaining budget. */
export interface MergeInput {
  base: Lines;
  mine: Lines;
  theirs: Lines;
  significant: Uint8Array;
  myAlignment: Alignment;
  theirAlignment: Alignment;
  budget: Budget;
  /** Whether lines changed on both sides are merged by words. */
  mergesWords: boolean;
}

/** The maximum number of removed and inserted lines per chunk that are searched for changed lines. */
const maxAlignedLines = 100_000;

/** The lines of one side in a chunk. */
interface SideItems {
  first: number;
  /** For each line, the line of the base that it equals or was changed from; -1 for an inserted line. */
  origins: Int32Array;
  /** For each line of the base, its line on this side; -1 if removed. Both are relative to the start of the chunk. */
  successors: Int32Array;
  /** For each line, whether it differs from its line of the base or has none. */
  isNew: Uint8Array;
  /** For each line, the equal line inserted by the other side, or -1. */
  matches: Int32Array;
}

/** A line of mine and a line of theirs that share one position in the result. */
interface Pair {
  mine: number;
  theirs: number;
  /** The line of the base; -1 for a line inserted by both. */
  origin: number;
}

/**
 * Merges a chunk changed by both sides. Lines inserted by both, and lines derived from the same line of the base, form pairs
 * that split the chunk. Between two pairs, insertions of theirs precede those of mine. So the result contains all new lines
 * in the order of their side, and no removed lines.
 */
export function resolveChunk(chunk: Chunk, input: MergeInput): Replacement[] {
  const { base } = chunk;
  const [mine, theirs] = [
    selectItems(chunk.mine, base, input.myAlignment),
    selectItems(chunk.theirs, base, input.theirAlignment),
  ];
  matchInsertions(mine, theirs, input);
  assignOrigins(mine, input.mine, base, input);
  assignOrigins(theirs, input.theirs, base, input);
  const result: Replacement[] = [];
  const end: Pair = {
    mine: mine.origins.length,
    theirs: theirs.origins.length,
    origin: base.end - base.start,
  };
  let last: Pair = { mine: -1, theirs: -1, origin: -1 };
  let origin = -1;
  for (const pair of [...findPairs(mine, theirs), end]) {
    const gap = new Gap(
      input,
      [mine, { start: last.mine + 1, end: pair.mine }],
      [theirs, { start: last.theirs + 1, end: pair.theirs }],
      { start: base.start, from: origin + 1, to: pair.origin === -1 ? origin + 1 : pair.origin },
    );
    if (!gap.isEmpty()) result.push(gap.merge(last.origin === -1 && last.mine >= 0));
    if (pair !== end && pair.origin >= 0) result.push(mergePair(pair, mine, theirs, base.start, input));
    origin = Math.max(origin, pair.origin);
    last = pair;
  }
  return result;
}

function selectItems({ start, end }: LineSpan, base: LineSpan, { toBase }: Alignment): SideItems {
  const origins = toBase.slice(start, end).map((origin) => (origin === -1 ? -1 : origin - base.start));
  const successors = new Int32Array(base.end - base.start).fill(-1);
  origins.forEach((origin, index) => {
    if (origin >= 0) successors[origin] = index;
  });
  return {
    first: start,
    origins,
    successors,
    isNew: new Uint8Array(origins.map((origin) => (origin === -1 ? 1 : 0))),
    matches: new Int32Array(end - start).fill(-1),
  };
}

/** Pairs significant lines that both sides inserted. */
function matchInsertions(mine: SideItems, theirs: SideItems, input: MergeInput): void {
  const listInserted = ({ first, isNew }: SideItems, { numbers }: Lines) => {
    const indexes: number[] = [];
    for (let index = 0; index < isNew.length; index += 1) {
      const isInserted = isNew[index] === 1 && input.significant[numbers[first + index] ?? 0] === 1;
      if (isInserted) indexes.push(index);
    }
    return { indexes, numbers: Int32Array.from(indexes, (index) => numbers[first + index] ?? 0) };
  };
  const [own, others] = [listInserted(mine, input.mine), listInserted(theirs, input.theirs)];
  if (own.indexes.length === 0 || others.indexes.length === 0) return;
  const [length, otherLength] = [own.indexes.length, others.indexes.length];
  const end = { from: length, to: length, start: otherLength, end: otherLength };
  let [at, other] = [0, 0];
  for (const hunk of [...diffLines(own.numbers, others.numbers, input.budget), end]) {
    for (; at < hunk.from; at += 1, other += 1) {
      const [my, their] = [own.indexes[at] ?? 0, others.indexes[other] ?? 0];
      mine.matches[my] = their;
      theirs.matches[their] = my;
    }
    [at, other] = [hunk.to, hunk.end];
  }
}

/**
 * Finds new lines that are changed lines of the base: similar lines between the same significant lines. Unchanged lines that
 * cross such a pair are treated as removed and inserted.
 */
function assignOrigins(items: SideItems, lines: Lines, base: LineSpan, input: MergeInput): void {
  const { origins, successors, isNew, matches, first } = items;
  const { significant } = input;
  const isSignificantOrigin = (origin: number) =>
    significant[input.base.numbers[base.start + origin] ?? 0] === 1;
  let removed: number[] = [];
  let inserted: number[] = [];
  const align = () => {
    if (removed.length === 0 || inserted.length === 0) return;
    if (removed.length + inserted.length > maxAlignedLines) return;
    const aligned = alignSimilarLines(
      removed.map((origin) => lineAt(input.base, base.start + origin)),
      inserted.map((index) => lineAt(lines, first + index)),
      input.budget,
    );
    removed.forEach((origin, row) => {
      const index = inserted[aligned[row] ?? -1];
      if (index === undefined) return;
      origins[index] = origin;
      successors[origin] = index;
    });
  };
  let origin = 0;
  for (let index = 0; index <= origins.length; index += 1) {
    const nextOrigin = index === origins.length ? successors.length : (origins[index] ?? -1);
    const isEnd = nextOrigin === successors.length || (nextOrigin >= 0 && isSignificantOrigin(nextOrigin));
    if (isEnd) {
      for (; origin < nextOrigin; origin += 1)
        if (successors[origin] === -1 && isSignificantOrigin(origin)) removed.push(origin);
      align();
      [removed, inserted, origin] = [[], [], nextOrigin + 1];
    } else if (nextOrigin === -1 && matches[index] === -1) {
      if (significant[lines.numbers[first + index] ?? 0] === 1) inserted.push(index);
    }
  }
  // Slots increase along significant lines; other lines that break the order are released.
  let next = successors.length;
  const limits = origins.map(() => 0);
  for (let index = origins.length - 1; index >= 0; index -= 1) {
    limits[index] = next;
    const own = origins[index] ?? -1;
    if (own >= 0 && isSignificantOrigin(own)) next = own;
  }
  let last = -1;
  for (let index = 0; index < origins.length; index += 1) {
    const own = origins[index] ?? -1;
    if (own === -1) continue;
    if (own > last && own < (limits[index] ?? 0)) last = own;
    else {
      origins[index] = -1;
      successors[own] = -1;
      isNew[index] = 1;
    }
  }
}

/** The pairs in the order of both sides. Lines inserted by both take precedence over lines of the base that cross them. */
function findPairs(mine: SideItems, theirs: SideItems): Pair[] {
  const pairs: Pair[] = [];
  const matchesBefore = new Int32Array(theirs.matches.length);
  let count = 0;
  theirs.matches.forEach((match, index) => {
    matchesBefore[index] = count;
    if (match >= 0) count += 1;
  });
  count = 0;
  mine.matches.forEach((match, index) => {
    const origin = mine.origins[index] ?? -1;
    if (match >= 0) {
      count += 1;
      pairs.push({ mine: index, theirs: match, origin: -1 });
      return;
    }
    const other = origin === -1 ? -1 : (theirs.successors[origin] ?? -1);
    if (other >= 0 && matchesBefore[other] === count) pairs.push({ mine: index, theirs: other, origin });
  });
  return pairs;
}

/** Merges two lines derived from one line of the base. */
function mergePair(
  pair: Pair,
  mine: SideItems,
  theirs: SideItems,
  start: number,
  input: MergeInput,
): Replacement {
  const base = lineAt(input.base, start + pair.origin);
  const my = lineAt(input.mine, mine.first + pair.mine);
  const index = theirs.first + pair.theirs;
  const their = lineAt(input.theirs, index);
  const result = (lines: string[], isConflict: boolean): Replacement => ({
    theirs: { start: index, end: index + 1 },
    lines,
    conflict: isConflict ? { base, mine: my, theirs: their } : null,
  });
  const lineBreak = mergeBreak(base, my, their);
  const [was, own, other] = [base, my, their].map(withoutBreak);
  if (was === undefined || own === undefined || other === undefined) return result([their], false);
  if (own === other || own === was) return result([other + lineBreak], false);
  if (other === was) return result([own + lineBreak], false);
  const merged = input.mergesWords ? mergeLine(was, own, other, input.budget) : null;
  if (merged === null) return result([their, my], true);
  return { ...result([merged + lineBreak], merged !== other), isWordMerge: merged !== other };
}

/** The line break of a line after the changes of both sides. */
export function mergeBreak(base: string, mine: string, theirs: string): string {
  const [was, own, other] = [base, mine, theirs].map(readLineBreak);
  return (other === was || other === "" ? own : other) ?? "";
}

/** The lines between two pairs. */
class Gap {
  private readonly input: MergeInput;
  private readonly mine: SideItems;
  private readonly theirs: SideItems;
  private readonly my: LineSpan;
  private readonly their: LineSpan;
  private readonly removed: { start: number; from: number; to: number };

  constructor(
    input: MergeInput,
    [mine, my]: [SideItems, LineSpan],
    [theirs, their]: [SideItems, LineSpan],
    removed: { start: number; from: number; to: number },
  ) {
    this.input = input;
    [this.mine, this.my, this.theirs, this.their, this.removed] = [mine, my, theirs, their, removed];
  }

  isEmpty(): boolean {
    return this.my.start === this.my.end && this.their.start === this.their.end;
  }

  merge(followsMatch: boolean): Replacement {
    const { input, mine, theirs } = this;
    const own = this.newLines(mine, input.mine, this.my, theirs);
    const others = this.newLines(theirs, input.theirs, this.their, mine);
    const lines = this.unite(own, others, followsMatch);
    const [my, their] = [own, others].map((items) => items.map(({ line }) => line).join(""));
    const hasModifyDelete = [...own, ...others].some(({ isModifyDelete }) => isModifyDelete);
    const isConflict =
      hasModifyDelete || (my !== their && [own, others].every((items) => items.some(isSignificantItem)));
    const base = Array.from({ length: Math.max(0, this.removed.to - this.removed.from) }, (_, index) =>
      lineAt(input.base, this.removed.start + this.removed.from + index),
    );
    return {
      theirs: { start: theirs.first + this.their.start, end: theirs.first + this.their.end },
      lines,
      conflict: isConflict ? { base: base.join(""), mine: my ?? "", theirs: their ?? "" } : null,
    };
  }

  /** The lines that a side contributes to the result, without those that the other side removed. */
  private newLines(side: SideItems, lines: Lines, span: LineSpan, other: SideItems): Item[] {
    const items: Item[] = [];
    for (let index = span.start; index < span.end; index += 1) {
      const origin = side.origins[index] ?? -1;
      const counterpart = origin === -1 ? -1 : (other.successors[origin] ?? -1);
      const isNew = side.isNew[index] === 1;
      // A line kept by both that crosses a line inserted by both stays at the position of theirs.
      const stays = side === this.theirs && counterpart >= 0 && other.isNew[counterpart] === 0;
      if (!isNew && !stays) continue;
      const isModifyDelete = isNew && origin >= 0 && counterpart === -1;
      items.push({
        line: lineAt(lines, side.first + index),
        origin: isModifyDelete ? origin : -1,
        isModifyDelete,
      });
    }
    return items;
  }

  /** Orders theirs before mine, except that changed lines with removed counterparts keep the order of the base. */
  private unite(mine: Item[], theirs: Item[], followsMatch: boolean): string[] {
    const [own, others] = [mine, theirs].map((items) => items.map(({ line }) => line));
    if (own === undefined || others === undefined) return [];
    if (own.length === 0 || isWithin(own, others)) return others;
    if (others.length === 0 || isWithin(others, own)) return own;
    if (own.every((line) => isBlank(line))) return others;
    const [head, tail] = followsMatch ? commonStructure(own, others) : [0, 0];
    const lines: string[] = others.slice(0, head);
    let at = head;
    let other = head;
    const [end, otherEnd] = [own.length - tail, others.length - tail];
    const nextModifyDelete = (items: Item[], from: number, to: number) => {
      for (let index = from; index < to; index += 1) {
        const item = items[index];
        if (item?.isModifyDelete === true) return { index, origin: item.origin };
      }
      return null;
    };
    let [my, their] = [nextModifyDelete(mine, at, end), nextModifyDelete(theirs, other, otherEnd)];
    while (my !== null && their !== null) {
      if (my.origin < their.origin) {
        for (; at <= my.index; at += 1) lines.push(own[at] ?? "");
        my = nextModifyDelete(mine, at, end);
      } else {
        for (; other <= their.index; other += 1) lines.push(others[other] ?? "");
        their = nextModifyDelete(theirs, other, otherEnd);
      }
    }
    for (const line of others.slice(other, otherEnd)) lines.push(line);
    const isDoubled = isBlank(lines.at(-1) ?? "-") && end - at > 1 && isBlank(own[at] ?? "-");
    for (const line of own.slice(isDoubled ? at + 1 : at, end)) lines.push(line);
    return lines.concat(others.slice(otherEnd));
  }
}

/** A line that a side contributes to the result. */
interface Item {
  line: string;
  origin: number;
  /** Whether the other side removed the line of the base that this one was changed from. */
  isModifyDelete: boolean;
}

const isSignificantItem = ({ line }: Item): boolean => isSignificant(line);

/**
 * The number of common lines at the start and end of two insertions, such as the delimiter row of a table and the closing
 * fence of a code block. These are not duplicated within a table or code block.
 */
function commonStructure(a: readonly string[], b: readonly string[]): [head: number, tail: number] {
  const isSame = (one = "", other = "") => withoutBreak(one) === withoutBreak(other) && !isSignificant(one);
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && isSame(a[head], b[head]) && !isBlank(a[head] ?? "")) head += 1;
  let tail = 0;
  while (tail < most - head && isSame(a[a.length - 1 - tail], b[b.length - 1 - tail])) tail += 1;
  const isStructure = a.slice(a.length - tail).some((line) => !isBlank(line));
  return [head, isStructure ? tail : 0];
}

/** Whether all lines are in the others, in the same order. */
function isWithin(lines: readonly string[], others: readonly string[]): boolean {
  let next = 0;
  for (const line of others) {
    const wanted = lines[next];
    if (wanted !== undefined && withoutBreak(wanted) === withoutBreak(line)) next += 1;
  }
  return next === lines.length;
}
