import type { Highlighted } from "@mdreader/contract";

/** A range of a text: UTF-16 units from `start` to `end`, exclusive. */
export interface Range {
  start: number;
  end: number;
}

/** Maximum number of matches per text. Further ones are ignored. */
export const maxMatches = 500;

/** Finds the matches of a global expression in a text. */
export function findRanges(text: string, expression: RegExp): Range[] {
  const matches = text.matchAll(expression).take(maxMatches);
  return Array.from(matches, ({ 0: { length }, index }) => ({ start: index, end: index + length }));
}

/** Returns `text` from `start` to `end`, with the ranges in it highlighted. */
export function highlight(text: string, ranges: readonly Range[], start = 0, end = text.length): Highlighted {
  const pieces: Highlighted = [];
  const add = (from: number, to: number, match: boolean) => {
    if (from < to) pieces.push({ text: text.slice(from, to), match });
  };
  let at = start;
  for (const range of ranges) {
    if (range.start < at || range.end > end) continue;
    add(at, range.start, false);
    add(range.start, range.end, true);
    at = range.end;
  }
  add(at, end, false);
  return pieces;
}

const maxFragments = 3;
/**
 * Approximate length of a fragment, of the text before its first match, and the maximum distance to a space at
 * which it is cut, in UTF-16 units.
 */
const fragmentLength = { length: 200, before: 60, slack: 20 };

/**
 * Returns the parts of `text` with the most distinct matches, then with the most matches, in text order; without
 * matches, its start.
 */
export function toFragments(text: string, ranges: readonly Range[]): Highlighted[] {
  if (text.trim() === "") return [];
  if (ranges.length === 0) return [highlight(text, [], 0, cutAfter(text, fragmentLength.length))];
  const parts = splitParts(text, ranges);
  const chosen: Part[] = [];
  for (const part of parts.toSorted((a, b) => b.different - a.different || b.matches - a.matches)) {
    if (chosen.length === maxFragments) break;
    if (chosen.every((other) => part.end <= other.start || part.start >= other.end)) chosen.push(part);
  }
  return chosen
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, end }) => highlight(text, ranges, start, end));
}

interface Part extends Range {
  matches: number;
  different: number;
}

/** Returns the part for each range and the text after it. Parts start and end in ascending order, as ranges do. */
function splitParts(text: string, ranges: readonly Range[]): Part[] {
  const words = ranges.map((range) => text.slice(range.start, range.end).toLowerCase());
  const inPart = new Map<string, number>();
  const count = (index: number, change: number) => {
    const word = words[index] ?? "";
    const times = (inPart.get(word) ?? 0) + change;
    if (times <= 0) inPart.delete(word);
    else inPart.set(word, times);
  };
  let next = 0;
  return ranges.map((first, index) => {
    const start = cutBefore(text, first.start - fragmentLength.before);
    const end = Math.max(first.end, cutAfter(text, start + fragmentLength.length));
    for (; next < ranges.length && (ranges[next]?.end ?? 0) <= end; next++) count(next, 1);
    const part = { start, end, matches: next - index, different: inPart.size };
    count(index, -1);
    return part;
  });
}

/** Returns a position to start at: `at`, or the next space nearby. */
function cutBefore(text: string, at: number): number {
  if (at <= 0) return 0;
  const blank = text.slice(at, at + fragmentLength.slack).search(/\s/u);
  return blank === -1 ? alignToCharacter(text, at) : at + blank + 1;
}

/** Returns a position to end at: `at`, or the last space nearby. */
function cutAfter(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const blank = text.slice(at - fragmentLength.slack, at).search(/\s\S*$/u);
  return blank === -1 ? alignToCharacter(text, at) : at - fragmentLength.slack + blank;
}

/** Returns `at`, or the position before if `at` is inside a surrogate pair. */
function alignToCharacter(text: string, at: number): number {
  const before = text.charCodeAt(at - 1);
  return before >= 0xd8_00 && before < 0xdc_00 ? at - 1 : at;
}
