import { applyEdits, type ComparisonBudget, diffText, type TextEdit } from "./edits.ts";
import { isApplied } from "./merge/applied.ts";
import { countUnchangedGaps, findGapChanges, type GapChange } from "./merge/blank-lines.ts";
import { type Alignment, createAlignment, type Chunk, splitIntoChunks } from "./merge/chunks.ts";
import { countChanges, diffLineNumbers, diffSignificantFirst, pickLines } from "./merge/diff-line-numbers.ts";
import {
  readLineBreak,
  isBlank,
  isSignificant,
  readLine,
  type Lines,
  sliceLines,
  type LineSpan,
  type NumberedTexts,
  numberLines,
  stripLineBreak,
} from "./merge/lines.ts";
import { mergeBreak, type MergeInput, type Replacement, resolveChunk } from "./merge/resolve.ts";

/** Lines that both sides changed differently since the base. Line numbers start at 1 and refer to the merged text. */
export interface MergeConflict {
  line: number;
  base: string;
  mine: string;
  theirs: string;
}

export interface Merged {
  text: string;
  /** The edits that transform `theirs` into `text`, to apply to the live document. */
  edits: TextEdit[];
  conflicts: MergeConflict[];
}

/** The budget of each stage of a merge. Beyond it, lines are compared coarsely, and both conflicting lines are kept. */
const createBudget = (): ComparisonBudget => ({ steps: 5_000_000, units: 4_000_000 });

/**
 * Merges a writer's text into the current one: a three-way merge by lines (diff3), and by words in lines that both
 * sides changed. The result contains the insertions of both sides, omits their removals, and applies equal changes
 * once. A merge never fails: if changes of a line can't be combined, both lines are kept, theirs first, and reported as
 * a conflict.
 *
 * Merging is idempotent: if theirs already contains all changes of mine, the result is theirs.
 *
 * @param base The text that the writer started from.
 * @param mine The writer's text.
 * @param theirs The current text.
 */
export function merge(base: string, mine: string, theirs: string): Merged {
  if (mine === theirs || mine === base) return unchanged(theirs);
  if (theirs === base) return { text: mine, edits: diffText(theirs, mine), conflicts: [] };
  const numbered = numberLines(...unifyLineBreaks(base, mine, theirs));
  const applied = isApplied(numbered, createBudget());
  const cleanReplacements = mergeCleanly(numbered);
  if (cleanReplacements !== null) {
    if (applied === true) return unchanged(theirs);
    const merged = toMerged(cleanReplacements, numbered);
    return applied === "significant" && !changesStructureOnly(theirs, merged.text)
      ? unchanged(theirs)
      : merged;
  }
  const input = alignBySignificance(numbered);
  const replacements = mergeChunks(input);
  const merged = toMerged(replacements, numbered);
  if (applied !== false) return merged.text === theirs ? merged : unchanged(theirs);
  // If a merge changes blank lines in a conflict, each repetition would change them again.
  const gaps = findGapChanges(base, mine);
  if (gaps !== null && !changesGapsOnce(base, gaps, { theirs, merged: merged.text }))
    return unchanged(theirs);
  // Merged words must be recognized when either text is merged again, as whole lines are.
  if (!replacements.some(({ isWordMerge }) => isWordMerge)) return merged;
  const isRecognized = [mine, theirs].every(
    (side) => isApplied(numberLines(base, side, merged.text), createBudget()) !== false,
  );
  return isRecognized ? merged : toMerged(mergeChunks({ ...input, mergesWords: false }), numbered);
}

/** Whether two texts differ only in lines without letters or digits, such as rules, code fences and brackets. */
function changesStructureOnly(before: string, after: string): boolean {
  const [linesBefore, linesAfter] = [before, after].map((text) =>
    text.split(lineBreaks).filter((line) => !isBlank(line)),
  );
  const [significantBefore, significantAfter] = [linesBefore, linesAfter].map((lines) =>
    lines?.filter((line) => isSignificant(line)).join("\n"),
  );
  return significantBefore === significantAfter && linesBefore?.join("\n") !== linesAfter?.join("\n");
}

/** Whether a merge changes all of the gaps, and none of them is changed before it. */
const changesGapsOnce = (
  base: string,
  gaps: readonly GapChange[],
  { theirs, merged }: { theirs: string; merged: string },
): boolean =>
  countUnchangedGaps(base, gaps, theirs) === gaps.length && countUnchangedGaps(base, gaps, merged) === 0;

const unchanged = (text: string): Merged => ({ text, edits: [], conflicts: [] });

/** Converts base and mine to the line breaks of theirs, unless mine changed them. */
function unifyLineBreaks(base: string, mine: string, theirs: string): [string, string, string] {
  const [baseBreaks, myBreaks, theirBreaks] = [base, mine, theirs].map(
    (text) => new Set(text.match(lineBreaks)),
  );
  const [lineBreak] = theirBreaks ?? [];
  const [baseBreak] = baseBreaks ?? [];
  const isUniform =
    baseBreaks?.size === 1 &&
    myBreaks?.size === 1 &&
    theirBreaks?.size === 1 &&
    myBreaks.has(baseBreak ?? "");
  if (!isUniform || lineBreak === undefined || lineBreak === baseBreak) return [base, mine, theirs];
  const convert = (text: string) => text.replaceAll(lineBreaks, lineBreak);
  return [convert(base), convert(mine), theirs];
}

const lineBreaks = /\r\n|\n|\r/gu;

/** The three texts of a merge. */
function createSides(texts: readonly Lines[]): { base: Lines; mine: Lines; theirs: Lines } {
  const [base, mine, theirs] = texts;
  if (base === undefined || mine === undefined || theirs === undefined)
    throw new Error("Expected three texts.");
  return { base, mine, theirs };
}

/**
 * Merges like git merge-file and diff3, if each chunk was changed by only one side, or by both sides equally.
 *
 * @returns Null on a conflict, if both sides inserted the same line at apparently different positions, or if blank
 *   lines misled the alignment.
 */
function mergeCleanly(numbered: NumberedTexts): Replacement[] | null {
  const budget = createBudget();
  const { base, mine, theirs } = createSides(numbered.texts);
  const [myAlignment, theirAlignment] = [mine, theirs].map(({ numbers }) =>
    createAlignment(diffLineNumbers(base.numbers, numbers, budget), base.numbers.length, numbers.length),
  );
  if (myAlignment === undefined || theirAlignment === undefined) return null;
  const { significant } = numbered;
  const isMisaligned =
    movesLines(base, mine, myAlignment, significant, budget) ||
    movesLines(base, theirs, theirAlignment, significant, budget);
  if (isMisaligned) return null;
  const result: Replacement[] = [];
  const chunks = splitIntoChunks(
    myAlignment,
    theirAlignment,
    () => true,
    (...indexes) => pushBreak(result, { base, mine, theirs }, indexes),
  );
  /** Lines inserted by mine, but not by theirs in the same chunk. */
  const inserted = new Uint8Array(numbered.significant.length);
  const theirChunks: Chunk[] = [];
  for (const chunk of chunks) {
    if (haveEqualLines(mine, chunk.mine, theirs, chunk.theirs)) continue;
    if (haveEqualLines(theirs, chunk.theirs, base, chunk.base)) {
      result.push({ theirs: chunk.theirs, lines: sliceLines(mine, chunk.mine), conflict: null });
      for (let index = chunk.mine.start; index < chunk.mine.end; index += 1) {
        if (myAlignment.toBase[index] === -1) inserted[mine.numbers[index] ?? 0] = 1;
      }
    } else if (haveEqualLines(mine, chunk.mine, base, chunk.base)) theirChunks.push(chunk);
    else return null;
  }
  const isDoubled = theirChunks.some(({ theirs: { start, end } }) => {
    for (let index = start; index < end; index += 1) {
      const number = theirs.numbers[index] ?? 0;
      const isInserted = theirAlignment.toBase[index] === -1 && inserted[number] === 1;
      if (isInserted && numbered.significant[number] === 1) return true;
    }
    return false;
  });
  return isDoubled ? null : result;
}

/**
 * Whether an alignment removes a significant line and inserts it elsewhere in order to keep insignificant lines, such
 * as blank ones. A removal by the other side would then be lost.
 */
function movesLines(
  base: Lines,
  side: Lines,
  { toSide, toBase }: Alignment,
  significant: Uint8Array,
  budget: ComparisonBudget,
): boolean {
  const removed = new Uint8Array(significant.length);
  let changes = 0;
  let isMoved = false;
  for (const [index, number] of base.numbers.entries()) {
    if (toSide[index] !== -1 || significant[number] !== 1) continue;
    removed[number] = 1;
    changes += 1;
  }
  for (const [index, number] of side.numbers.entries()) {
    if (toBase[index] !== -1 || significant[number] !== 1) continue;
    isMoved ||= removed[number] === 1;
    changes += 1;
  }
  if (!isMoved) return false;
  const [from, to] = [base, side].map(({ numbers }) => pickLines(numbers, significant).numbers);
  return from !== undefined && to !== undefined && countChanges(from, to, budget) < changes;
}

/** Aligns significant lines before the others, so that chunks end at lines that a reader sees as unchanged. */
function alignBySignificance({ texts, significant }: NumberedTexts): MergeInput {
  const budget = createBudget();
  const { base, mine, theirs } = createSides(texts);
  const align = ({ numbers }: Lines) =>
    createAlignment(
      diffSignificantFirst(base.numbers, numbers, significant, budget),
      base.numbers.length,
      numbers.length,
    );
  const alignments = { myAlignment: align(mine), theirAlignment: align(theirs) };
  return { base, mine, theirs, significant, ...alignments, budget, mergesWords: true };
}

/** Merges the chunks between significant lines that both sides kept. */
function mergeChunks(input: MergeInput): Replacement[] {
  const { base, mine, theirs, significant } = input;
  const result: Replacement[] = [];
  const chunks = splitIntoChunks(
    input.myAlignment,
    input.theirAlignment,
    (line) => significant[base.numbers[line] ?? 0] === 1,
    (...indexes) => pushBreak(result, input, indexes),
  );
  for (const chunk of chunks) {
    if (
      haveEqualLines(mine, chunk.mine, theirs, chunk.theirs) ||
      haveEqualLines(mine, chunk.mine, base, chunk.base)
    )
      continue;
    if (haveEqualLines(theirs, chunk.theirs, base, chunk.base)) {
      result.push({ theirs: chunk.theirs, lines: sliceLines(mine, chunk.mine), conflict: null });
    } else for (const replacement of resolveChunk(chunk, input)) result.push(replacement);
  }
  return result;
}

function haveEqualLines(a: Lines, span: LineSpan, b: Lines, otherSpan: LineSpan): boolean {
  if (span.end - span.start !== otherSpan.end - otherSpan.start) return false;
  for (let index = 0; index < span.end - span.start; index += 1) {
    if (a.numbers[span.start + index] !== b.numbers[otherSpan.start + index]) return false;
  }
  return true;
}

/** Replaces the line break of a line if mine changed nothing else. */
function pushBreak(
  result: Replacement[],
  { base, mine, theirs }: { base: Lines; mine: Lines; theirs: Lines },
  [baseIndex, myIndex, theirIndex]: [base: number, mine: number, theirs: number],
): void {
  const length = (lines: Lines, index: number) => (lines.starts[index + 1] ?? 0) - (lines.starts[index] ?? 0);
  const myLength = length(mine, myIndex);
  if (myLength === length(base, baseIndex) && myLength === length(theirs, theirIndex)) return;
  const line = readLine(theirs, theirIndex);
  const merged = stripLineBreak(line) + mergeBreak(readLine(base, baseIndex), readLine(mine, myIndex), line);
  if (merged === line) return;
  result.push({ theirs: { start: theirIndex, end: theirIndex + 1 }, lines: [merged], conflict: null });
}

/** Applies replacements to theirs. */
function toMerged(replacements: readonly Replacement[], { texts }: NumberedTexts): Merged {
  const budget = createBudget();
  const { base, mine, theirs } = createSides(texts);
  const lineBreak = [theirs, mine].map(({ text }) => /\r\n|\n|\r/u.exec(text)?.[0]).find(Boolean) ?? "\n";
  const complete = replacements.toSorted(
    (a, b) => a.theirs.start - b.theirs.start || a.theirs.end - b.theirs.end,
  );
  const pieces = complete.map(({ theirs: span, lines }) => ({
    span,
    text: terminateLines(lines, lineBreak),
  }));
  adjustFinalBreak(pieces, theirs, isTerminated(base.text, mine.text, theirs.text), lineBreak);
  const edits: TextEdit[] = [];
  for (const { span, text } of pieces) {
    const [at, end] = [theirs.starts[span.start] ?? 0, theirs.starts[span.end] ?? 0];
    for (const edit of diffText(theirs.text.slice(at, end), text, budget)) {
      addEdit(edits, { ...edit, at: at + edit.at });
    }
  }
  return { text: applyEdits(theirs.text, edits), edits, conflicts: findConflicts(complete) };
}

const terminateLines = (lines: readonly string[], lineBreak: string): string =>
  lines.map((line) => (readLineBreak(line) === "" ? line + lineBreak : line)).join("");

/** Whether the last line of the result has a line break, as on the side that changed the break. */
function isTerminated(...texts: [base: string, mine: string, theirs: string]): boolean {
  const [base, mine, theirs] = texts.map((text) => text === "" || readLineBreak(text.slice(-2)) !== "");
  return (base === mine ? theirs : mine) ?? true;
}

interface Piece {
  span: LineSpan;
  text: string;
}

/** Adds a line break to the last line of theirs if lines follow, and sets the break of the last line of the result. */
function adjustFinalBreak(pieces: Piece[], theirs: Lines, isEndTerminated: boolean, lineBreak: string): void {
  const count = theirs.numbers.length;
  const lineSpan = { start: count - 1, end: count };
  const follows = pieces.findIndex(({ span }) => span.start === count);
  const isLastLineKept = pieces[follows - 1]?.span.end !== count;
  if (count > 0 && follows !== -1 && isLastLineKept) {
    pieces.splice(follows, 0, {
      span: lineSpan,
      text: terminateLines([readLine(theirs, count - 1)], lineBreak),
    });
  }
  let end = count;
  for (const [index, { span, text }] of [...pieces.entries()].toReversed()) {
    if (span.end !== end) break;
    if (text !== "") {
      pieces.splice(index, 1, { span, text: setFinalBreak(text, isEndTerminated, lineBreak) });
      return;
    }
    end = span.start;
  }
  if (end === 0) return;
  const line = readLine(theirs, end - 1);
  const text = setFinalBreak(line, isEndTerminated, lineBreak);
  const next = pieces.findIndex(({ span }) => span.start >= end);
  const piece = { span: { start: end - 1, end }, text };
  if (text !== line) pieces.splice(next === -1 ? pieces.length : next, 0, piece);
}

/** Adds or removes the final line break of a text. A blank last line always has one. */
function setFinalBreak(text: string, isEndTerminated: boolean, lineBreak: string): string {
  if (isEndTerminated) return terminateLines([text], lineBreak);
  const unterminated = stripLineBreak(text);
  return unterminated === "" || readLineBreak(unterminated.slice(-2)) !== "" ? text : unterminated;
}

/** Adds an edit, and merges it with the last one if they touch. */
function addEdit(edits: TextEdit[], { at, remove, insert }: TextEdit): void {
  const last = edits.at(-1);
  if (last !== undefined && at <= last.at + last.remove) {
    last.remove += remove;
    last.insert += insert;
  } else edits.push({ at, remove, insert });
}

/** Lists the conflicts, and merges adjacent ones. */
function findConflicts(replacements: readonly Replacement[]): MergeConflict[] {
  const conflicts: MergeConflict[] = [];
  /** The number of lines by which the result is longer than theirs so far. */
  let shift = 0;
  let lastEnd = -1;
  for (const { theirs, lines, conflict } of replacements) {
    const last = conflicts.at(-1);
    if (conflict !== null && last !== undefined && theirs.start === lastEnd) {
      last.base += conflict.base;
      last.mine += conflict.mine;
      last.theirs += conflict.theirs;
    } else if (conflict !== null) conflicts.push({ line: theirs.start + shift + 1, ...conflict });
    if (conflict !== null) lastEnd = theirs.end;
    shift += lines.length - (theirs.end - theirs.start);
  }
  return conflicts;
}
