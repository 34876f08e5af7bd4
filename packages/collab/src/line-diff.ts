import { line, createTokenNumbering, word } from "./edits.ts";
import { myersDiff } from "./myers-diff.ts";

/** A line of a comparison. The parts form the whole line, including its line break if any. */
export interface DiffedLine {
  kind: "same" | "removed" | "added";
  /** In changed lines, `changed` marks the parts that differ. */
  parts: { text: string; changed: boolean }[];
}

/** A range of lines. Line numbers start at 1. For an empty range, `line` is the line after the position. */
export interface LineRange {
  line: number;
  lines: number;
}

/** A difference between two texts, with context lines. */
export interface Hunk {
  from: LineRange;
  to: LineRange;
  lines: DiffedLine[];
}

export interface LineDiff {
  hunks: Hunk[];
  /** The total number of added and removed lines. */
  added: number;
  removed: number;
  /** Whether the comparison was too expensive to be exact, and some unchanged lines count as changed. */
  coarse: boolean;
  /** Whether hunks, or lines of the last hunk, were omitted. */
  truncated: boolean;
}

/** Limits for the cost and size of a comparison. */
export interface DiffLimits {
  /** Context lines around each change. */
  context: number;
  /** The maximum edit distance in lines; beyond it, everything from the first to the last change counts as replaced. */
  lineEdits: number;
  /** The maximum edit distance in words per change, and the maximum steps of all word comparisons together. */
  wordEdits: number;
  wordSteps: number;
  /** The maximum number of changed lines, and of UTF-16 units of text, in all hunks together. */
  lines: number;
  size: number;
}

const limits: DiffLimits = {
  context: 3,
  lineEdits: 2000,
  wordEdits: 1000,
  wordSteps: 4_000_000,
  lines: 10_000,
  size: 512 * 1024,
};

/** The maximum length of a range whose words are compared, in UTF-16 units. */
const maxWordDiffLength = 64 * 1024;
/** The minimum share of common text for a word diff of two ranges. */
const minSimilarity = 0.25;

/**
 * Compares two texts by line, and changed lines by word, for display. Expensive comparisons are coarser, so that any
 * comparison takes less than a second.
 */
export function diffLines(
  before: string,
  after: string,
  { context, lineEdits, wordEdits, wordSteps, lines, size }: DiffLimits = limits,
): LineDiff {
  const [from, to] = [before.match(line) ?? [], after.match(line) ?? []];
  const { blocks, exact } = findBlocks(from, to, lineEdits);
  const budget = { lines, edits: wordEdits, steps: wordSteps, exhausted: false };
  const result: LineDiff = {
    hunks: [],
    added: sum(blocks, ({ added }) => added),
    removed: sum(blocks, ({ removed }) => removed),
    coarse: !exact,
    truncated: false,
  };
  let textLength = 0;
  for (const group of groupHunks(blocks, context)) {
    if (textLength >= size || budget.lines === 0) {
      result.truncated = true;
      break;
    }
    const hunk = toHunk(group, from, to, context, budget);
    textLength += sum(hunk.lines, ({ parts }) => sum(parts, ({ text }) => text.length));
    result.hunks.push(hunk);
  }
  result.coarse ||= budget.exhausted;
  result.truncated ||= budget.lines === 0;
  return result;
}

/** A replacement of lines: `removed` lines from `at` on by `added` lines from `to` on, counted from 0. */
interface Block {
  at: number;
  removed: number;
  to: number;
  added: number;
}

/**
 * Returns the differences of two sequences in order. Beyond the maximum edit distance, the result is a single block.
 */
function findBlocks(
  from: string[],
  to: string[],
  maxEdits: number,
): { blocks: Block[]; steps: number; exact: boolean } {
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start += 1;
  let end = 0;
  const shorterLength = Math.min(from.length, to.length) - start;
  while (end < shorterLength && from[from.length - 1 - end] === to[to.length - 1 - end]) end += 1;
  const numberToken = createTokenNumbering();
  const toNumbers = (tokens: string[]) =>
    Int32Array.from(tokens.slice(start, tokens.length - end), numberToken);
  const { hunks, steps } = myersDiff(toNumbers(from), toNumbers(to), maxEdits);
  if (hunks === null) {
    const replacement = {
      at: start,
      removed: from.length - end - start,
      to: start,
      added: to.length - end - start,
    };
    return { blocks: [replacement], steps, exact: false };
  }
  const blocks = hunks.map((hunk) => ({
    at: start + hunk.from,
    removed: hunk.to - hunk.from,
    to: start + hunk.start,
    added: hunk.end - hunk.start,
  }));
  return { blocks, steps, exact: true };
}

/** Groups blocks whose context lines overlap into hunks. */
function groupHunks(blocks: readonly Block[], context: number): Block[][] {
  const groups: Block[][] = [];
  let last: Block | null = null;
  for (const block of blocks) {
    const group = groups.at(-1);
    if (group !== undefined && last !== null && block.at - (last.at + last.removed) <= 2 * context)
      group.push(block);
    else groups.push([block]);
    last = block;
  }
  return groups;
}

function toHunk(
  blocks: readonly Block[],
  from: readonly string[],
  to: readonly string[],
  context: number,
  budget: DiffBudget,
): Hunk {
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (first === undefined || last === undefined) throw new Error("A hunk has no block.");
  const leadingContext = Math.min(context, first.at);
  const start = first.at - leadingContext;
  const end = Math.min(from.length, last.at + last.removed + context);
  let at = start;
  const lines = blocks.flatMap((block) => {
    const before = from.slice(at, block.at).map(toUnchangedLine);
    at = block.at + block.removed;
    const maxLines = Math.ceil(budget.lines / 2);
    const removedLines = from.slice(block.at, block.at + Math.min(block.removed, maxLines));
    const addedLines = to.slice(block.to, block.to + Math.min(block.added, maxLines));
    budget.lines -= Math.min(budget.lines, removedLines.length + addedLines.length);
    return [...before, ...toChangedLines(removedLines.join(""), addedLines.join(""), budget)];
  });
  const after = budget.lines === 0 ? [] : from.slice(at, end).map(toUnchangedLine);
  const added = sum(blocks, (block) => block.added) - sum(blocks, (block) => block.removed);
  return {
    from: { line: start + 1, lines: end - start },
    to: { line: first.to - leadingContext + 1, lines: end - start + added },
    lines: [...lines, ...after],
  };
}

const toUnchangedLine = (text: string): DiffedLine => ({ kind: "same", parts: [{ text, changed: false }] });

/** The remaining budget for output and word comparisons. */
interface DiffBudget {
  lines: number;
  edits: number;
  steps: number;
  /** Whether a comparison was aborted. */
  exhausted: boolean;
}

function toChangedLines(before: string, after: string, budget: DiffBudget): DiffedLine[] {
  const { removed, added } = splitWords(before, after, budget) ?? {
    removed: [{ text: before, changed: true }],
    added: [{ text: after, changed: true }],
  };
  return [...splitLines("removed", removed), ...splitLines("added", added)];
}

type Parts = DiffedLine["parts"];

/**
 * Returns the equal and changed parts of two ranges. Null if they have too little in common, or if the comparison is too
 * expensive.
 */
function splitWords(
  before: string,
  after: string,
  budget: DiffBudget,
): { removed: Parts; added: Parts } | null {
  if (before === "" || after === "") return null;
  if (before.length + after.length > maxWordDiffLength) {
    budget.exhausted = true;
    return null;
  }
  const [from, to] = [before.match(word) ?? [], after.match(word) ?? []];
  const affordableEdits = Math.min(budget.edits, Math.floor(Math.sqrt(2 * budget.steps)));
  const { blocks, steps, exact } = findBlocks(from, to, affordableEdits);
  budget.steps = Math.max(0, budget.steps - steps);
  budget.exhausted ||= !exact;
  const removed: Parts = [];
  const added: Parts = [];
  let commonLength = 0;
  let at = 0;
  const addUnchanged = (end: number) => {
    const text = from.slice(at, end).join("");
    commonLength += text.trim().length;
    for (const parts of [removed, added]) parts.push({ text, changed: false });
  };
  for (const block of blocks) {
    addUnchanged(block.at);
    at = block.at + block.removed;
    removed.push({ text: from.slice(block.at, at).join(""), changed: true });
    added.push({ text: to.slice(block.to, block.to + block.added).join(""), changed: true });
  }
  addUnchanged(from.length);
  return commonLength >= minSimilarity * Math.min(before.length, after.length) ? { removed, added } : null;
}

/** Splits parts into lines, after each line break. */
function splitLines(kind: "removed" | "added", parts: Parts): DiffedLine[] {
  const lines: DiffedLine[] = [];
  let open: DiffedLine | null = null;
  for (const { text, changed } of parts) {
    for (const piece of text.match(line) ?? []) {
      if (open === null) lines.push((open = { kind, parts: [] }));
      open.parts.push({ text: piece, changed });
      if (piece.endsWith("\n")) open = null;
    }
  }
  return lines;
}

const sum = <T>(items: readonly T[], measure: (item: T) => number): number =>
  items.reduce((total, item) => total + measure(item), 0);
