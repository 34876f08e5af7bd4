import type { ComparisonBudget } from "../edits.ts";
import type { Alignment, Chunk } from "./chunks.ts";
import { diffLineNumbers } from "./diff-line-numbers.ts";
import {
  readLineBreak,
  isBlank,
  isSignificant,
  readLine,
  type Lines,
  type LineSpan,
  stripLineBreak,
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
  budget: ComparisonBudget;
  /** Whether lines that both sides changed are merged by words. */
  mergesWords: boolean;
}

/** The maximum number of removed and inserted lines in a chunk for which changed lines are searched. */
const maxAlignedLines = 100_000;

/** The lines of one side in a chunk. */
interface SideLines {
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
interface LinePair {
  mine: number;
  theirs: number;
  /** The line of the base; -1 for a line that both sides inserted. */
  origin: number;
}

/**
 * Merges a chunk that both sides changed. Lines that both sides inserted, and lines derived from the same line of the base,
 * form pairs that split the chunk. Between two pairs, insertions of theirs precede those of mine. So the result contains
 * all new lines in the order of their side, and no removed lines.
 */
export function resolveChunk(chunk: Chunk, input: MergeInput): Replacement[] {
  const { base } = chunk;
  const [mine, theirs] = [
    createSideLines(chunk.mine, base, input.myAlignment),
    createSideLines(chunk.theirs, base, input.theirAlignment),
  ];
  matchInsertions(mine, theirs, input);
  assignOrigins(mine, input.mine, base, input);
  assignOrigins(theirs, input.theirs, base, input);
  const result: Replacement[] = [];
  const end: LinePair = {
    mine: mine.origins.length,
    theirs: theirs.origins.length,
    origin: base.end - base.start,
  };
  let last: LinePair = { mine: -1, theirs: -1, origin: -1 };
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

function createSideLines({ start, end }: LineSpan, base: LineSpan, { toBase }: Alignment): SideLines {
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
function matchInsertions(mine: SideLines, theirs: SideLines, input: MergeInput): void {
  const listInserted = ({ first, isNew }: SideLines, { numbers }: Lines) => {
    const indexes: number[] = [];
    for (let index = 0; index < isNew.length; index += 1) {
      const isInserted = isNew[index] === 1 && input.significant[numbers[first + index] ?? 0] === 1;
      if (isInserted) indexes.push(index);
    }
    return { indexes, numbers: Int32Array.from(indexes, (index) => numbers[first + index] ?? 0) };
  };
  const [myInserted, theirInserted] = [listInserted(mine, input.mine), listInserted(theirs, input.theirs)];
  if (myInserted.indexes.length === 0 || theirInserted.indexes.length === 0) return;
  const [length, otherLength] = [myInserted.indexes.length, theirInserted.indexes.length];
  const end = { from: length, to: length, start: otherLength, end: otherLength };
  let [at, other] = [0, 0];
  for (const hunk of [...diffLineNumbers(myInserted.numbers, theirInserted.numbers, input.budget), end]) {
    for (; at < hunk.from; at += 1, other += 1) {
      const [myIndex, theirIndex] = [myInserted.indexes[at] ?? 0, theirInserted.indexes[other] ?? 0];
      mine.matches[myIndex] = theirIndex;
      theirs.matches[theirIndex] = myIndex;
    }
    [at, other] = [hunk.to, hunk.end];
  }
}

/**
 * Finds new lines that are changed lines of the base: similar lines between the same significant lines. An unchanged line
 * that crosses a changed one counts as removed and inserted.
 */
function assignOrigins(items: SideLines, lines: Lines, base: LineSpan, input: MergeInput): void {
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
      removed.map((origin) => readLine(input.base, base.start + origin)),
      inserted.map((index) => readLine(lines, first + index)),
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
  // Origins increase along significant lines. Other lines that break the order lose their origin.
  let next = successors.length;
  const limits = origins.map(() => 0);
  for (let index = origins.length - 1; index >= 0; index -= 1) {
    limits[index] = next;
    const lineOrigin = origins[index] ?? -1;
    if (lineOrigin >= 0 && isSignificantOrigin(lineOrigin)) next = lineOrigin;
  }
  let last = -1;
  for (let index = 0; index < origins.length; index += 1) {
    const lineOrigin = origins[index] ?? -1;
    if (lineOrigin === -1) continue;
    if (lineOrigin > last && lineOrigin < (limits[index] ?? 0)) last = lineOrigin;
    else {
      origins[index] = -1;
      successors[lineOrigin] = -1;
      isNew[index] = 1;
    }
  }
}

/** Finds pairs in the order of both sides. Lines that both inserted take precedence over lines of the base that cross them. */
function findPairs(mine: SideLines, theirs: SideLines): LinePair[] {
  const pairs: LinePair[] = [];
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

/** Merges two lines that are derived from the same line of the base. */
function mergePair(
  pair: LinePair,
  mine: SideLines,
  theirs: SideLines,
  start: number,
  input: MergeInput,
): Replacement {
  const base = readLine(input.base, start + pair.origin);
  const my = readLine(input.mine, mine.first + pair.mine);
  const index = theirs.first + pair.theirs;
  const their = readLine(input.theirs, index);
  const result = (lines: string[], isConflict: boolean): Replacement => ({
    theirs: { start: index, end: index + 1 },
    lines,
    conflict: isConflict ? { base, mine: my, theirs: their } : null,
  });
  const lineBreak = mergeBreak(base, my, their);
  const [baseContent, myContent, theirContent] = [base, my, their].map(stripLineBreak);
  if (baseContent === undefined || myContent === undefined || theirContent === undefined)
    return result([their], false);
  if (myContent === theirContent || myContent === baseContent)
    return result([theirContent + lineBreak], false);
  if (theirContent === baseContent) return result([myContent + lineBreak], false);
  const merged = input.mergesWords ? mergeLine(baseContent, myContent, theirContent, input.budget) : null;
  if (merged === null) return result([their, my], true);
  return { ...result([merged + lineBreak], merged !== theirContent), isWordMerge: merged !== theirContent };
}

/** Returns the line break of a line after the changes of both sides. */
export function mergeBreak(base: string, mine: string, theirs: string): string {
  const [baseBreak, myBreak, theirBreak] = [base, mine, theirs].map(readLineBreak);
  return (theirBreak === baseBreak || theirBreak === "" ? myBreak : theirBreak) ?? "";
}

/** The lines between two pairs. */
class Gap {
  private readonly input: MergeInput;
  private readonly mine: SideLines;
  private readonly theirs: SideLines;
  private readonly mySpan: LineSpan;
  private readonly theirSpan: LineSpan;
  private readonly removed: { start: number; from: number; to: number };

  constructor(
    input: MergeInput,
    [mine, mySpan]: [SideLines, LineSpan],
    [theirs, theirSpan]: [SideLines, LineSpan],
    removed: { start: number; from: number; to: number },
  ) {
    this.input = input;
    [this.mine, this.mySpan] = [mine, mySpan];
    [this.theirs, this.theirSpan] = [theirs, theirSpan];
    this.removed = removed;
  }

  isEmpty(): boolean {
    return this.mySpan.start === this.mySpan.end && this.theirSpan.start === this.theirSpan.end;
  }

  merge(followsMatch: boolean): Replacement {
    const { input, mine, theirs } = this;
    const myLines = this.listContributedLines(mine, input.mine, this.mySpan, theirs);
    const theirLines = this.listContributedLines(theirs, input.theirs, this.theirSpan, mine);
    const lines = this.combine(myLines, theirLines, followsMatch);
    const [myText, theirText] = [myLines, theirLines].map((items) => items.map(({ line }) => line).join(""));
    const hasModifyDelete = [...myLines, ...theirLines].some(({ isModifyDelete }) => isModifyDelete);
    const isConflict =
      hasModifyDelete ||
      (myText !== theirText && [myLines, theirLines].every((items) => items.some(isSignificantLine)));
    const base = Array.from({ length: Math.max(0, this.removed.to - this.removed.from) }, (_, index) =>
      readLine(input.base, this.removed.start + this.removed.from + index),
    );
    return {
      theirs: { start: theirs.first + this.theirSpan.start, end: theirs.first + this.theirSpan.end },
      lines,
      conflict: isConflict ? { base: base.join(""), mine: myText ?? "", theirs: theirText ?? "" } : null,
    };
  }

  /** Lists the lines that a side contributes to the result, without those that the other side removed. */
  private listContributedLines(
    side: SideLines,
    lines: Lines,
    span: LineSpan,
    other: SideLines,
  ): ContributedLine[] {
    const items: ContributedLine[] = [];
    for (let index = span.start; index < span.end; index += 1) {
      const origin = side.origins[index] ?? -1;
      const counterpart = origin === -1 ? -1 : (other.successors[origin] ?? -1);
      const isNew = side.isNew[index] === 1;
      // A line that both sides kept, and that crosses a line that both inserted, stays at the position of theirs.
      const stays = side === this.theirs && counterpart >= 0 && other.isNew[counterpart] === 0;
      if (!isNew && !stays) continue;
      const isModifyDelete = isNew && origin >= 0 && counterpart === -1;
      items.push({
        line: readLine(lines, side.first + index),
        origin: isModifyDelete ? origin : -1,
        isModifyDelete,
      });
    }
    return items;
  }

  /** Puts theirs before mine, except that changed lines with removed counterparts keep the order of the base. */
  private combine(mine: ContributedLine[], theirs: ContributedLine[], followsMatch: boolean): string[] {
    const [myLines, theirLines] = [mine, theirs].map((items) => items.map(({ line }) => line));
    if (myLines === undefined || theirLines === undefined) return [];
    if (myLines.length === 0 || isSubsequence(myLines, theirLines)) return theirLines;
    if (theirLines.length === 0 || isSubsequence(theirLines, myLines)) return myLines;
    if (myLines.every((line) => isBlank(line))) return theirLines;
    const [head, tail] = followsMatch ? countCommonStructure(myLines, theirLines) : [0, 0];
    const lines: string[] = theirLines.slice(0, head);
    let myIndex = head;
    let theirIndex = head;
    const [myEnd, theirEnd] = [myLines.length - tail, theirLines.length - tail];
    const findModifyDelete = (items: ContributedLine[], from: number, to: number) => {
      for (let index = from; index < to; index += 1) {
        const item = items[index];
        if (item?.isModifyDelete === true) return { index, origin: item.origin };
      }
      return null;
    };
    let [myNext, theirNext] = [
      findModifyDelete(mine, myIndex, myEnd),
      findModifyDelete(theirs, theirIndex, theirEnd),
    ];
    while (myNext !== null && theirNext !== null) {
      if (myNext.origin < theirNext.origin) {
        for (; myIndex <= myNext.index; myIndex += 1) lines.push(myLines[myIndex] ?? "");
        myNext = findModifyDelete(mine, myIndex, myEnd);
      } else {
        for (; theirIndex <= theirNext.index; theirIndex += 1) lines.push(theirLines[theirIndex] ?? "");
        theirNext = findModifyDelete(theirs, theirIndex, theirEnd);
      }
    }
    for (const line of theirLines.slice(theirIndex, theirEnd)) lines.push(line);
    const isBlankDoubled =
      isBlank(lines.at(-1) ?? "-") && myEnd - myIndex > 1 && isBlank(myLines[myIndex] ?? "-");
    for (const line of myLines.slice(isBlankDoubled ? myIndex + 1 : myIndex, myEnd)) lines.push(line);
    return lines.concat(theirLines.slice(theirEnd));
  }
}

/** A line that a side contributes to the result. */
interface ContributedLine {
  line: string;
  origin: number;
  /** Whether the other side removed the line of the base from which this one is derived. */
  isModifyDelete: boolean;
}

const isSignificantLine = ({ line }: ContributedLine): boolean => isSignificant(line);

/**
 * Counts the common lines at the start and end of two insertions, such as the delimiter row of a table and the closing
 * fence of a code block. The result contains these only once.
 */
function countCommonStructure(a: readonly string[], b: readonly string[]): [head: number, tail: number] {
  const isSame = (one = "", other = "") =>
    stripLineBreak(one) === stripLineBreak(other) && !isSignificant(one);
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && isSame(a[head], b[head]) && !isBlank(a[head] ?? "")) head += 1;
  let tail = 0;
  while (tail < most - head && isSame(a[a.length - 1 - tail], b[b.length - 1 - tail])) tail += 1;
  const isStructure = a.slice(a.length - tail).some((line) => !isBlank(line));
  return [head, isStructure ? tail : 0];
}

/** Whether all lines are among the others, in the same order. */
function isSubsequence(lines: readonly string[], others: readonly string[]): boolean {
  let next = 0;
  for (const line of others) {
    const expected = lines[next];
    if (expected !== undefined && stripLineBreak(expected) === stripLineBreak(line)) next += 1;
  }
  return next === lines.length;
}
