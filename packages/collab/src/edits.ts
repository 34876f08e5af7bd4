import { diffArrays } from "diff";

/**
 * One replacement in a text: at offset `at`, `remove` characters go and `insert` comes. Offsets are UTF-16 units of the
 * text before, as Yjs counts them. A list of edits is sorted by `at`, and its edits don't touch each other.
 */
export interface TextEdit {
  at: number;
  remove: number;
  insert: string;
}

/**
 * How many insertions and removals a comparison may try: its cost grows with the length times this. Beyond it the whole
 * stretch counts as replaced, which is correct, only coarser.
 */
const maxLineEdits = 2000;
const maxWordEdits = 500;

/** A word, one character of a script without word boundaries, one character of white space or punctuation. */
const word = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}\p{N}_]+|[^]/gu;
const line = /[^\n]*\n|[^\n]+/g;

/**
 * The edits that turn `before` into `after`: first by line, then by word inside the lines that differ, so that two
 * people's changes to one line can both be kept where they are apart.
 */
export function diffText(before: string, after: string): TextEdit[] {
  if (before === after) return [];
  const start = commonPrefix(before, after);
  const end = commonSuffix(before, after, start);
  const [from, to] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  return diffTokens(from, to, line, maxLineEdits).flatMap((hunk) => {
    const replaced = from.slice(hunk.at, hunk.at + hunk.remove);
    const inside = diffTokens(replaced, hunk.insert, word, maxWordEdits);
    return inside.map(({ at, remove, insert }) => ({ at: start + hunk.at + at, remove, insert }));
  });
}

/** The text after `edits`. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let done = 0;
  for (const { at, remove, insert } of edits) {
    result += text.slice(done, at) + insert;
    done = at + remove;
  }
  return result + text.slice(done);
}

function diffTokens(before: string, after: string, token: RegExp, maxEditLength: number): TextEdit[] {
  const whole = [{ at: 0, remove: before.length, insert: after }];
  if (before === "" || after === "") return before === after ? [] : whole;
  const changes = diffArrays(before.match(token) ?? [], after.match(token) ?? [], { maxEditLength });
  if (changes === undefined) return whole;
  const edits: TextEdit[] = [];
  let at = 0;
  let open: TextEdit | null = null;
  for (const { added, removed, value } of changes) {
    const text = value.join("");
    if (!added && !removed) {
      at += text.length;
      open = null;
      continue;
    }
    if (open === null) edits.push((open = { at, remove: 0, insert: "" }));
    if (added) open.insert += text;
    else {
      open.remove += text.length;
      at += text.length;
    }
  }
  return edits;
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** How many units both begin with, never ending inside a surrogate pair. */
function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length > 0 && isHighSurrogate(a.charCodeAt(length - 1)) ? length - 1 : length;
}

/** How many units both end with, beyond the first `start`, never beginning inside a surrogate pair. */
function commonSuffix(a: string, b: string, start: number): number {
  const most = Math.min(a.length, b.length) - start;
  let length = 0;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length))
    length += 1;
  return length > 0 && isLowSurrogate(a.charCodeAt(a.length - length)) ? length - 1 : length;
}
