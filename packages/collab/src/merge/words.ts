import { applyEdits, type ComparisonBudget, diffTokens, type TextEdit, tokenize } from "../edits.ts";
import { diffLineNumbers } from "./diff-line-numbers.ts";
import { numberWords } from "./lines.ts";
import { areSimilar } from "./similarity.ts";

/**
 * The tokens for comparing changes of a line. Text that is meaningful only as a whole is one token: a link target, an
 * address, a number, a date, or a name with dots or dashes. So 31 November on one side and 30 December on the other never
 * become 31 December.
 */
const token = new RegExp(
  [
    String.raw`\]\([^()\s]{0,2000}\)`,
    String.raw`\[\[[^\][\n]{0,500}\]\]`,
    String.raw`\p{N}{1,4}(?:\.|st|nd|rd|th)?[ \u00a0]\p{L}{3,12}\.?,?[ \u00a0]\p{N}{2,4}`,
    String.raw`\p{L}{3,12}\.?[ \u00a0]\p{N}{1,2}(?:st|nd|rd|th)?,?[ \u00a0]\p{N}{4}`,
    String.raw`\p{N}+(?:[ \u00a0]\p{N}{3})+`,
    String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]`,
    String.raw`[\p{L}\p{M}\p{N}_]+(?:[-–.,:/@'’+]{1,3}[\p{L}\p{M}\p{N}_]+)*[%€$£°]?`,
    String.raw`[^]`,
  ].join("|"),
  "gu",
);

const wordCharacter = /[\p{L}\p{N}]/u;
const digit = /\p{N}/u;

/** Longer lines, in UTF-16 units, are compared by space-separated words. */
const maxLength = 8 * 1024;
const maxWordEdits = 300;
/** The maximum share that may be removed from a line for the rest to count as the same line. */
const maxRemovedShare = 0.8;

/** The fields of a line: indentation and quote markers, list marker, checkbox, and the text after them. */
const prefix = /^((?:[ \t]|>)*)((?:[-*+]|\p{N}{1,9}[.)]|#{1,6})[ \t]+)?(\[[ xX]\](?=[ \t\r\n]|$)[ \t]*)?/u;

function splitFields(line: string): { prefix: string[]; text: string } {
  const [whole = "", ...parts] = prefix.exec(line) ?? [];
  return { prefix: parts.map((part) => part ?? ""), text: line.slice(whole.length) };
}

/**
 * Merges two versions of a line. Lines have no line breaks.
 *
 * @returns Null if both sides changed the same words, numbers or links, adjacent words, or a row of a table.
 */
export function mergeLine(
  base: string,
  mine: string,
  theirs: string,
  budget: ComparisonBudget,
): string | null {
  const merged = mergeFields(base, mine, theirs, budget);
  if (merged === null || !areSimilar(base, merged)) return null;
  // Merging must be idempotent for both sides.
  const isRepeatable = mergeFields(base, mine, merged, budget) === merged;
  return isRepeatable && mergeFields(base, theirs, merged, budget) === merged ? merged : null;
}

function mergeFields(base: string, mine: string, theirs: string, budget: ComparisonBudget): string | null {
  if ([base, mine, theirs].some((line) => line.includes("|"))) return null;
  const [baseFields, myFields, theirFields] = [splitFields(base), splitFields(mine), splitFields(theirs)];
  const merged = baseFields.prefix.map((field, index) =>
    chooseSide(field, myFields.prefix[index] ?? "", theirFields.prefix[index] ?? ""),
  );
  merged.push(
    chooseSide(baseFields.text, myFields.text, theirFields.text) ??
      mergeWords(baseFields.text, myFields.text, theirFields.text, budget),
  );
  return merged.includes(null) ? null : merged.join("");
}

/** Returns the value after a change by one side, or equal changes by both. Null after different changes. */
function chooseSide(base: string, mine: string, theirs: string): string | null {
  if (mine === theirs || base === mine) return theirs;
  return base === theirs ? mine : null;
}

function mergeWords(base: string, mine: string, theirs: string, budget: ComparisonBudget): string | null {
  const myEdits = diffWords(base, mine, budget);
  const theirEdits = diffWords(base, theirs, budget);
  if (myEdits === null || theirEdits === null) return null;
  if ([myEdits, theirEdits].some((edits) => isRewritten(base, edits))) return null;
  const merged: TextEdit[] = [];
  let [myIndex, theirIndex] = [0, 0];
  /** The last applied edit of either side. */
  let last: { edit: TextEdit; side: "mine" | "theirs" | "both" } | null = null;
  while (myIndex < myEdits.length || theirIndex < theirEdits.length) {
    const [myEdit, theirEdit] = [myEdits[myIndex], theirEdits[theirIndex]];
    let side: "mine" | "theirs" | "both";
    let edit: TextEdit | undefined;
    if (
      myEdit !== undefined &&
      theirEdit !== undefined &&
      myEdit.at === theirEdit.at &&
      myEdit.remove === theirEdit.remove
    ) {
      const insert = chooseLonger(myEdit.insert, theirEdit.insert);
      if (insert === null) return null;
      [side, edit] = ["both", { ...myEdit, insert }];
    } else if (theirEdit === undefined || (myEdit !== undefined && myEdit.at < theirEdit.at))
      [side, edit] = ["mine", myEdit];
    else [side, edit] = ["theirs", theirEdit];
    if (edit === undefined) return null;
    if (last !== null && last.side !== side && !areDisjoint(base, last.edit, edit)) return null;
    if (side !== "theirs") myIndex += 1;
    if (side !== "mine") theirIndex += 1;
    merged.push(edit);
    last = { edit, side };
  }
  return applyEdits(base, merged);
}

/** Returns the one of two insertions that starts with the other; null if neither does. */
function chooseLonger(a: string, b: string): string | null {
  if (a === b) return a;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  const start = tokenize(long, token).slice(0, tokenize(short, token).length).join("");
  return short !== "" && start === short ? long : null;
}

/** Whether unchanged text separates two changes: any character between words, or a whole word next to numbers. */
function areDisjoint(base: string, before: TextEdit, after: TextEdit): boolean {
  const between = base.slice(before.at + before.remove, after.at);
  if (after.at <= before.at + before.remove) return false;
  if (wordCharacter.test(between)) return true;
  return ![before, after].some(
    ({ at, remove, insert }) => digit.test(insert) || digit.test(base.slice(at, at + remove)),
  );
}

function isRewritten(base: string, edits: readonly TextEdit[]): boolean {
  const removedLength = edits.reduce(
    (sum, { at, remove }) => sum + countVisible(base.slice(at, at + remove)),
    0,
  );
  return removedLength > maxRemovedShare * countVisible(base);
}

/** Counts the characters of a text without white space. */
function countVisible(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 32) length += 1;
  return length;
}

/** Compares two lines by words. Null if the comparison is too expensive. */
function diffWords(before: string, after: string, budget: ComparisonBudget): TextEdit[] | null {
  const length = before.length + after.length;
  budget.units -= length > maxLength ? length / 8 : length;
  if (budget.units < 0) return null;
  if (length > maxLength) return diffLongLine(before, after, budget);
  const { edits, steps } = diffTokens(before, after, token, maxWordEdits);
  budget.steps -= steps;
  return edits;
}

/** Compares two very long lines by space-separated words. */
function diffLongLine(before: string, after: string, budget: ComparisonBudget): TextEdit[] {
  const [from, to] = numberWords(before, after);
  if (from === undefined || to === undefined) throw new Error("Expected two texts.");
  return diffLineNumbers(from.numbers, to.numbers, budget).map((hunk) => {
    const at = from.starts[hunk.from] ?? 0;
    const insert = after.slice(to.starts[hunk.start], to.starts[hunk.end]);
    return { at, remove: (from.starts[hunk.to] ?? at) - at, insert };
  });
}
