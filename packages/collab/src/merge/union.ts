import { type Budget, numbering } from "../edits.ts";
import { diffLines } from "./diff-lines.ts";

const blank = /^\s*$/u;
const lineBreak = /(?:\r\n|\n|\r)$/u;

/** What a line says: the last of a text is the same line when another comes to stand below it. */
export const withoutBreak = (line: string): string => line.replace(lineBreak, "");

/** Whether a line, or a stretch of a text, says something by itself: it is not blank, no rule, no fence, no brackets. */
export function isSignificant(text: string, from = 0, to = text.length): boolean {
  for (let at = from; at < to; at += 1) {
    const unit = text.charCodeAt(at);
    const isDigit = unit >= 0x30 && unit <= 0x39;
    const isLetter = (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a;
    // Beyond ASCII, what is not white space is taken for letters.
    if (isDigit || isLetter || (unit > 0xa0 && !blank.test(text.charAt(at)))) return true;
  }
  return false;
}

/**
 * What both sides put in one place, theirs first, and once what is in both.
 * @returns The lines, and whether either side has some that the other does not.
 */
export function uniteLines(
  theirs: readonly string[],
  mine: readonly string[],
  budget: Budget,
): { lines: readonly string[]; differ: boolean } {
  if (mine.length === 0 || isWithin(mine, theirs)) return { lines: theirs, differ: false };
  if (theirs.length === 0 || isWithin(theirs, mine)) return { lines: mine, differ: false };
  let lines: string[] = [];
  let differ = false;
  let [at, other] = [0, 0];
  const unite = (end: number, otherEnd: number) => {
    const [own, others] = [mine.slice(at, end), theirs.slice(other, otherEnd)];
    if (isWithin(own, others)) lines = lines.concat(others);
    else if (isWithin(others, own)) lines = lines.concat(own);
    else {
      differ = true;
      const apart = blank.test(others.at(-1) ?? "-") && own.length > 1 && blank.test(own[0] ?? "-");
      lines = lines.concat(others, apart ? own.slice(1) : own);
    }
  };
  for (const { from, to, line } of commonLines(mine, theirs, budget)) {
    unite(from, to);
    lines.push(line);
    [at, other] = [from + 1, to + 1];
  }
  unite(mine.length, theirs.length);
  return { lines, differ };
}

/** Lines that say something and are in both, in order. */
export function commonLines(
  a: readonly string[],
  b: readonly string[],
  budget: Budget,
): { from: number; to: number; line: string }[] {
  const number = numbering();
  const kept = [a, b].map((lines) =>
    lines.flatMap((line, index) => (isSignificant(line) ? [{ line, index }] : [])),
  );
  const [ours = [], others = []] = kept;
  const numbers = kept.map((lines) => Int32Array.from(lines, ({ line }) => number(withoutBreak(line))));
  const common: { from: number; to: number; line: string }[] = [];
  let [at, to] = [0, 0];
  const pair = (end: number) => {
    for (; at < end; at += 1, to += 1) {
      const [one, two] = [ours[at], others[to]];
      if (one !== undefined && two !== undefined)
        common.push({ from: one.index, to: two.index, line: two.line });
    }
  };
  for (const hunk of diffLines(numbers[0] ?? new Int32Array(), numbers[1] ?? new Int32Array(), budget)) {
    pair(hunk.from);
    [at, to] = [hunk.to, hunk.end];
  }
  pair(ours.length);
  return common;
}

/** Whether all lines are in the others, in the same order. */
export function isWithin(lines: readonly string[], others: readonly string[]): boolean {
  let next = 0;
  for (const line of others) {
    const wanted = lines[next];
    if (wanted !== undefined && withoutBreak(wanted) === withoutBreak(line)) next += 1;
  }
  return next === lines.length;
}
