import { applyEdits, diffText, type TextEdit } from "./edits.ts";

/** A place where both sides changed the same lines since the base. Line numbers count from 1, in the merged text. */
export interface Overlap {
  line: number;
  base: string;
  mine: string;
  theirs: string;
}

export interface Merged {
  text: string;
  /** The edits that turn `theirs` into `text`: what is to be done to the live document. */
  edits: TextEdit[];
  overlaps: Overlap[];
}

/**
 * Merges what a writer made of `base` into what has become of it meanwhile. What either side inserted is in the result,
 * what either removed is not; what both did alike is done once. Nothing is refused: where both changed the same lines,
 * both changes are kept and the place is told.
 *
 * @param base The text that the writer started from.
 * @param mine What the writer made of it.
 * @param theirs What it has become meanwhile.
 */
export function merge(base: string, mine: string, theirs: string): Merged {
  if (mine === theirs) return { text: theirs, edits: [], overlaps: [] };
  const myEdits = diffText(base, mine);
  const theirEdits = diffText(base, theirs);
  const edits = rebase(myEdits, theirEdits);
  return {
    text: applyEdits(theirs, edits),
    edits,
    overlaps: findOverlaps(base, myEdits, theirEdits, edits, theirs),
  };
}

/**
 * `mine` as edits of the text after `theirs`; both are edits of one base.
 *
 * Only those characters are removed that `theirs` has left. Of two insertions at one place theirs comes first; one that
 * both made is made once, and of one that goes on from theirs, only the rest.
 */
function rebase(mine: readonly TextEdit[], theirs: readonly TextEdit[]): TextEdit[] {
  const result: TextEdit[] = [];
  let next = 0;
  /** How much longer the text has become by the `next` edits of theirs that are passed. */
  let shift = 0;
  for (const edit of mine) {
    const end = edit.at + edit.remove;
    // Theirs that end before this one begins only move it.
    for (
      let other = theirs[next];
      other !== undefined && other.at + other.remove < edit.at;
      other = theirs[++next]
    ) {
      shift += other.insert.length - other.remove;
    }
    const met = theirs.slice(next, firstAfter(theirs, next, end));
    if (met.some((other) => isSame(other, edit))) continue;
    result.push(...rebaseOne(edit, met, shift));
  }
  return join(result);
}

/** The index of the first edit, from `start` on, that begins after offset `at`. */
function firstAfter(edits: readonly TextEdit[], start: number, at: number): number {
  let index = start;
  while ((edits[index]?.at ?? Infinity) <= at) index += 1;
  return index;
}

function rebaseOne(edit: TextEdit, met: readonly TextEdit[], shift: number): TextEdit[] {
  const end = edit.at + edit.remove;
  const pieces: TextEdit[] = [];
  let at = edit.at;
  let moved = shift;
  let insertion = { at: edit.at + shift, insert: edit.insert };
  for (const other of met) {
    const otherEnd = other.at + other.remove;
    if (at < other.at) pieces.push({ at: at + moved, remove: Math.min(end, other.at) - at, insert: "" });
    if (other.at <= edit.at) {
      const rest = other.at === edit.at ? withoutCommon(edit.insert, other.insert) : edit.insert;
      insertion = { at: other.at + moved + other.insert.length, insert: rest };
    }
    moved += other.insert.length - other.remove;
    at = Math.max(at, otherEnd);
  }
  if (at < end) pieces.push({ at: at + moved, remove: end - at, insert: "" });
  return [{ ...insertion, remove: 0 }, ...pieces].toSorted((a, b) => a.at - b.at);
}

const isSame = (a: TextEdit, b: TextEdit) => a.at === b.at && a.remove === b.remove && a.insert === b.insert;

/** What `insert` adds to `present`, which was inserted at the same place and stays. */
function withoutCommon(insert: string, present: string): string {
  return insert.startsWith(present) ? insert.slice(present.length) : insert;
}

/** The same edits with those that touch each other made one, and those that do nothing left out. */
function join(edits: readonly TextEdit[]): TextEdit[] {
  const joined: TextEdit[] = [];
  for (const edit of edits) {
    if (edit.remove === 0 && edit.insert === "") continue;
    const last = joined.at(-1);
    if (last !== undefined && edit.at <= last.at + last.remove) {
      last.remove += edit.remove;
      last.insert += edit.insert;
    } else joined.push({ ...edit });
  }
  return joined;
}

function findOverlaps(
  base: string,
  mine: readonly TextEdit[],
  theirs: readonly TextEdit[],
  rebased: readonly TextEdit[],
  theirText: string,
): Overlap[] {
  const overlaps: Overlap[] = [];
  const [ofMine, ofTheirs] = [mine, theirs].map((edits) => slicesAfter(base, edits));
  const [toTheirs, toMerged] = [theirs, rebased].map(positionsAfter);
  const lineOf = linesOf(applyEdits(theirText, rebased));
  for (const { from, to } of sharedLines(base, mine, theirs)) {
    const [my, their] = [ofMine?.(from, to) ?? "", ofTheirs?.(from, to) ?? ""];
    if (my === their) continue;
    const line = lineOf(toMerged?.(toTheirs?.(from) ?? 0) ?? 0);
    overlaps.push({ line, base: base.slice(from, to), mine: my, theirs: their });
  }
  return overlaps;
}

/** The stretches of whole lines of the base that both sides touch, each once. */
function sharedLines(
  base: string,
  mine: readonly TextEdit[],
  theirs: readonly TextEdit[],
): { from: number; to: number }[] {
  const lines = (edit: TextEdit) => {
    const from = base.lastIndexOf("\n", edit.at - 1) + 1;
    const end = base.indexOf("\n", Math.max(edit.at, edit.at + edit.remove - 1));
    return { from: edit.at === 0 ? 0 : from, to: end === -1 ? base.length : end + 1 };
  };
  const shared: { from: number; to: number }[] = [];
  const others = theirs.map(lines);
  let next = 0;
  for (const own of mine.map(lines)) {
    while (next < others.length && (others[next]?.to ?? 0) < own.from) next += 1;
    for (let index = next; ; index += 1) {
      const other = others[index];
      if (other === undefined || other.from > own.to) break;
      const touches = other.from < own.to && own.from < other.to;
      const bothEmpty = other.from === own.from && other.to === own.to;
      if (!touches && !bothEmpty) continue;
      const both = { from: Math.min(own.from, other.from), to: Math.max(own.to, other.to) };
      const last = shared.at(-1);
      if (last !== undefined && both.from < last.to) last.to = Math.max(last.to, both.to);
      else shared.push(both);
    }
  }
  return shared;
}

/**
 * Tells where offsets of the text before `edits` lie after them; for one that is gone, where what replaced it ends. To be
 * asked in ascending order: each edit is looked at once.
 */
function positionsAfter(edits: readonly TextEdit[]): (at: number) => number {
  let next = 0;
  let moved = 0;
  return (at) => {
    for (let edit = edits[next]; edit !== undefined && edit.at < at; edit = edits[next]) {
      if (edit.at + edit.remove > at) return at + moved + edit.insert.length - (at - edit.at);
      moved += edit.insert.length - edit.remove;
      next += 1;
    }
    return at + moved;
  };
}

/** Tells the line of offsets, from 1. To be asked in ascending order. */
function linesOf(text: string): (at: number) => number {
  let line = 1;
  let done = 0;
  return (at) => {
    for (let end = text.indexOf("\n", done); end !== -1 && end < at; end = text.indexOf("\n", done)) {
      line += 1;
      done = end + 1;
    }
    return line;
  };
}

/** Tells what `base.slice(from, to)` has become by those edits that lie in it. To be asked in ascending order. */
function slicesAfter(base: string, edits: readonly TextEdit[]): (from: number, to: number) => string {
  let next = 0;
  return (from, to) => {
    while ((edits[next]?.at ?? Infinity) < from) next += 1;
    const inside: TextEdit[] = [];
    for (let index = next; (edits[index]?.at ?? Infinity) <= to; index += 1) {
      const edit = edits[index];
      if (edit === undefined || edit.at + edit.remove > to) break;
      inside.push({ ...edit, at: edit.at - from });
    }
    return applyEdits(base.slice(from, to), inside);
  };
}
