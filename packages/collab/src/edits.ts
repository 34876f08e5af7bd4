import { type Hunk, myersDiff } from "./myers-diff.ts";

/**
 * A replacement in a text: at offset `at`, `insert` replaces `remove` UTF-16 units. Offsets refer to the text before
 * the edits, as in Yjs. Lists of edits are sorted by `at`, and edits don't touch each other.
 */
export interface TextEdit {
  at: number;
  remove: number;
  insert: string;
}

/**
 * The maximum edit distance of a comparison, and the maximum steps of all word comparisons together. Beyond these, a
 * whole range counts as replaced, which is correct but coarser. The limits keep any comparison below a second.
 */
const maxLineEdits = 2000;
const maxWordEdits = 500;
const maxWordSteps = 4_000_000;

/** The remaining budget of comparisons. */
export interface ComparisonBudget {
  steps: number;
  /** UTF-16 units of compared lines. */
  units: number;
}

/** A word, or a single character of a script without word boundaries, of white space or of punctuation. */
export const word = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}\p{N}_]+|[^]/gu;
/** A line with its line break; the last may have none. */
export const line = /[^\n]*\n|[^\n]+/g;

/**
 * Returns the edits that transform `before` into `after`, by word within the lines that differ. So separate changes of
 * a line can be merged.
 */
export function diffText(
  before: string,
  after: string,
  budget: Pick<ComparisonBudget, "steps"> = { steps: maxWordSteps },
): TextEdit[] {
  if (before === after) return [];
  const start = measureCommonPrefix(before, after);
  const end = measureCommonSuffix(before, after, start);
  const [from, to] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  return diffTokens(from, to, line, maxLineEdits).edits.flatMap((hunk) => {
    const replaced = from.slice(hunk.at, hunk.at + hunk.remove);
    const affordableEdits = Math.floor(Math.sqrt(2 * Math.max(0, budget.steps)));
    const words = diffTokens(replaced, hunk.insert, word, Math.min(maxWordEdits, affordableEdits));
    budget.steps -= words.steps;
    return words.edits.map(({ at, remove, insert }) => ({ at: start + hunk.at + at, remove, insert }));
  });
}

/** Applies edits to a text. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let end = 0;
  for (const { at, remove, insert } of edits) {
    result += text.slice(end, at) + insert;
    end = at + remove;
  }
  return result + text.slice(end);
}

/** Compares two texts by tokens. Beyond `maxEdits`, the result is a single replacement. */
export function diffTokens(
  before: string,
  after: string,
  token: RegExp,
  maxEdits: number,
): { edits: TextEdit[]; steps: number } {
  const fullReplacement = [{ at: 0, remove: before.length, insert: after }];
  if (before === "" || after === "") return { edits: before === after ? [] : fullReplacement, steps: 0 };
  const numberToken = createTokenNumbering();
  const [from, to] = [before, after].map((text) => splitTokens(text, token, numberToken));
  if (from === undefined || to === undefined) return { edits: fullReplacement, steps: 0 };
  const { hunks, steps } = myersDiff(from.numbers, to.numbers, maxEdits);
  if (hunks === null) return { edits: fullReplacement, steps };
  const toEdit = (hunk: Hunk): TextEdit => {
    const at = from.starts[hunk.from] ?? before.length;
    const end = from.starts[hunk.to] ?? before.length;
    return { at, remove: end - at, insert: after.slice(to.starts[hunk.start], to.starts[hunk.end]) };
  };
  return { edits: hunks.map(toEdit), steps };
}

/** Returns a function that numbers tokens. Equal tokens have equal numbers. */
export function createTokenNumbering(): (token: string) => number {
  const numbers = new Map<string, number>();
  return (token) => {
    const existing = numbers.get(token);
    if (existing !== undefined) return existing;
    numbers.set(token, numbers.size);
    return numbers.size - 1;
  };
}

export const tokenize = (text: string, token: RegExp): readonly string[] => text.match(token) ?? [];

/** Returns the numbers and start offsets of a text's tokens, and the end of the text. */
function splitTokens(text: string, token: RegExp, numberToken: (token: string) => number) {
  const tokens = tokenize(text, token);
  const numbers = new Int32Array(tokens.length);
  const starts = new Int32Array(tokens.length + 1);
  let at = 0;
  tokens.forEach((tokenText, index) => {
    numbers[index] = numberToken(tokenText);
    at += tokenText.length;
    starts[index + 1] = at;
  });
  return { numbers, starts };
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** UTF-16 units that are compared at once. A comparison of slices takes a fraction of one unit by unit. */
const blockLength = 128;

/** Returns the length of the common prefix, which never ends inside a surrogate pair. */
function measureCommonPrefix(a: string, b: string): number {
  const shorterLength = Math.min(a.length, b.length);
  let length = 0;
  while (
    length + blockLength <= shorterLength &&
    a.slice(length, length + blockLength) === b.slice(length, length + blockLength)
  )
    length += blockLength;
  while (length < shorterLength && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length > 0 && isHighSurrogate(a.charCodeAt(length - 1)) ? length - 1 : length;
}

/** Returns the length of the common suffix after `start`, which never begins inside a surrogate pair. */
function measureCommonSuffix(a: string, b: string, start: number): number {
  const shorterLength = Math.min(a.length, b.length) - start;
  let length = 0;
  while (
    length + blockLength <= shorterLength &&
    a.slice(a.length - length - blockLength, a.length - length) ===
      b.slice(b.length - length - blockLength, b.length - length)
  )
    length += blockLength;
  while (
    length < shorterLength &&
    a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)
  )
    length += 1;
  return length > 0 && isLowSurrogate(a.charCodeAt(a.length - length)) ? length - 1 : length;
}
