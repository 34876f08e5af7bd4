import type { Budget } from "../edits.ts";
import type { Hunk } from "../shortest.ts";
import { alignLines } from "./align.ts";
import { commonLines, isSignificant, uniteLines, withoutBreak } from "./union.ts";
import { mergeLine } from "./words.ts";

/** A stretch that both sides changed: its lines in the base, and what each side made of them by which hunks. */
export interface Stretch {
  base: readonly string[];
  mine: Changes;
  theirs: Changes;
}

/** What a side made of a stretch. The hunks' numbers count from the stretch's beginning. */
export interface Changes {
  lines: readonly string[];
  hunks: readonly Hunk[];
}

/** Some lines of a result, and whether they are to be looked at: both sides changed them, each in its own way. */
export interface Part {
  lines: readonly string[];
  base: readonly string[];
  mine: readonly string[];
  theirs: readonly string[];
  overlaps: boolean;
}

/** What a side did to a stretch, line by line. */
interface Deed {
  /** What each line of the base has become: itself, another line, or null when it is gone. */
  became: (string | null)[];
  /** What was inserted before each line of the base, and after the last. */
  inserted: string[][];
  /** Lines whose new text is elsewhere on the other side already: they need only go. */
  settled: Set<number>;
}

/**
 * Merges a stretch line by line. A line that one side changed is as that side has it; one that both changed has both
 * changes where they can be told apart, or is there twice, theirs first. What one removed and the other changed stays.
 */
export function resolve(stretch: Stretch, budget: Budget): Part[] {
  const theirs = deedOf(stretch.base, stretch.theirs, budget);
  const mine = deedOf(stretch.base, stretch.mine, budget);
  meet(mine, theirs, budget);
  leaveOutWhatIsThere(mine, theirs, budget);
  return Array.from({ length: stretch.base.length + 1 }, (_, index) => {
    const gap = gapPart(mine.inserted[index] ?? [], theirs.inserted[index] ?? [], budget);
    const base = stretch.base[index];
    return base === undefined ? [gap] : [gap, linePart(base, index, mine, theirs, budget)];
  })
    .flat()
    .filter(({ lines, base, overlaps }) => lines.length + base.length > 0 || overlaps);
}

function deedOf(base: readonly string[], { lines, hunks }: Changes, budget: Budget): Deed {
  const deed: Deed = {
    became: [...base],
    inserted: Array.from({ length: base.length + 1 }, () => []),
    settled: new Set(),
  };
  for (const { from, to, start, end } of hunks) {
    const came = lines.slice(start, end);
    const successors = alignLines(base.slice(from, to), came, budget);
    let next = 0;
    for (let index = from; index < to; index += 1) {
      const successor = successors[index - from] ?? -1;
      if (successor === -1) {
        deed.became[index] = null;
        continue;
      }
      deed.inserted[index] = deed.inserted[index]?.concat(came.slice(next, successor)) ?? [];
      deed.became[index] = came[successor] ?? null;
      next = successor + 1;
    }
    deed.inserted[to] = deed.inserted[to]?.concat(came.slice(next)) ?? [];
  }
  return deed;
}

/** A line that came with a side, and where: before a line of the base, or in its place. */
interface Arrival {
  index: number;
  place: number | null;
}

/**
 * Where a side removed lines and inserted others, these may stand before, after or between those that are gone: they are
 * taken to stand where the other side has the same lines.
 */
function meet(mine: Deed, theirs: Deed, budget: Budget): void {
  const [own, others] = [arrivalsOf(mine), arrivalsOf(theirs)];
  for (const { from, to } of commonLines(own.lines, others.lines, budget).toReversed()) {
    const [my, their] = [own.arrivals[from], others.arrivals[to]];
    if (my === undefined || their === undefined || my.place === null || their.place === null) continue;
    const isGone = (line: string | null) => line === null;
    if (moveInsertion(theirs, their.index, their.place, my.index, isGone)) continue;
    // Mine are not in the text yet: they may pass blank lines, which could be any.
    moveInsertion(mine, my.index, my.place, their.index, (line) => line === null || !isSignificant(line));
  }
}

/** Moves an inserted line, with those between it and its new place, if it may pass all lines between. */
function moveInsertion(
  { became, inserted }: Deed,
  index: number,
  place: number,
  to: number,
  mayPass: (line: string | null) => boolean,
): boolean {
  const [here, there] = [inserted[index], inserted[to]];
  if (index === to || here === undefined || there === undefined) return index === to;
  const [start, end] = [Math.min(index, to), Math.max(index, to)];
  const isBetween = (at: number) => at > start && at < end;
  if (!became.slice(start, end).every(mayPass)) return false;
  if (inserted.some((lines, at) => isBetween(at) && lines.length > 0)) return false;
  if (to < index) {
    inserted[to] = there.concat(here.slice(0, place + 1));
    inserted[index] = here.slice(place + 1);
  } else {
    inserted[to] = here.slice(place).concat(there);
    inserted[index] = here.slice(0, place);
  }
  return true;
}

/**
 * Takes out of `mine` the new lines that `theirs` has as well, but in another place of the same stretch: only whole
 * insertions, since tables and lists that have some lines in common are still two.
 */
function leaveOutWhatIsThere(mine: Deed, theirs: Deed, budget: Budget): void {
  const [own, others] = [arrivalsOf(mine), arrivalsOf(theirs)];
  /** Of each insertion of mine, how many of its lines are elsewhere. */
  const found = new Map<number, number>();
  for (const { from, to } of commonLines(own.lines, others.lines, budget)) {
    const [my, their] = [own.arrivals[from], others.arrivals[to]];
    if (my === undefined || their === undefined) continue;
    if (my.index === their.index && (my.place === null) === (their.place === null)) continue;
    if (my.place === null) {
      mine.became[my.index] = null;
      mine.settled.add(my.index);
    } else found.set(my.index, (found.get(my.index) ?? 0) + 1);
  }
  mine.inserted = mine.inserted.map((lines, index) =>
    found.get(index) === lines.filter((line) => isSignificant(line)).length ? [] : lines,
  );
}

function arrivalsOf({ became, inserted }: Deed): { lines: string[]; arrivals: Arrival[] } {
  const lines: string[] = [];
  const arrivals: Arrival[] = [];
  inserted.forEach((came, index) => {
    came.forEach((line, place) => {
      lines.push(line);
      arrivals.push({ index, place });
    });
    const line = became[index];
    if (line === null || line === undefined) return;
    lines.push(line);
    arrivals.push({ index, place: null });
  });
  return { lines, arrivals };
}

function gapPart(mine: readonly string[], theirs: readonly string[], budget: Budget): Part {
  const { lines, differ } = uniteLines(theirs, mine, budget);
  return { lines, base: [], mine, theirs, overlaps: differ };
}

function linePart(base: string, index: number, mine: Deed, theirs: Deed, budget: Budget): Part {
  const [my, their] = [mine.became[index] ?? null, theirs.became[index] ?? null];
  const part = (lines: (string | null)[], overlaps: boolean): Part => ({
    lines: existing(lines),
    base: [base],
    mine: existing([my]),
    theirs: existing([their]),
    overlaps,
  });
  if (my === their || my === base) return part([their], false);
  if (their === base) return part([my], false);
  // A line that got or lost its line break is the same line.
  if (my === null) {
    if (their === null || isSameLine(their, base)) return part([], false);
    return part([their], !mine.settled.has(index));
  }
  if (their === null) return isSameLine(my, base) ? part([], false) : part([my], true);
  if (isSameLine(my, their) || isSameLine(my, base)) return part([their], false);
  if (isSameLine(their, base)) {
    const lineBreak = their.slice(withoutBreak(their).length) || my.slice(withoutBreak(my).length);
    return part([withoutBreak(my) + lineBreak], false);
  }
  const joined = mergeLine(base, my, their, budget);
  return part(joined === null ? [their, my] : [joined], joined !== their);
}

const isSameLine = (a: string, b: string) => withoutBreak(a) === withoutBreak(b);

const existing = (lines: readonly (string | null)[]) => lines.filter((line) => line !== null);
