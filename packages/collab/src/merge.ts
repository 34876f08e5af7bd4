import { applyEdits, type Budget, diffText, type TextEdit } from "./edits.ts";
import { diffLines } from "./merge/diff-lines.ts";
import { numberLines } from "./merge/lines.ts";
import { isThereAlready, neighborhoodsOf, partsOf, type Sides, wholeTexts } from "./merge/places.ts";
import type { Part } from "./merge/resolve.ts";
import { findStretches, joinStretches } from "./merge/stretches.ts";

/**
 * A place where both sides changed the same lines since the base, each in its own way. Line numbers count from 1, in the
 * merged text.
 */
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

/** How much may be spent on telling words apart; beyond it, lines that both sides changed are kept as two. */
const maxSteps = 20_000_000;
const maxUnits = 4_000_000;

/**
 * Merges what a writer made of `base` into what has become of it meanwhile: a three-way merge by lines, and by words in
 * lines that both changed. What either side inserted is in the result, what either removed is not; what both did alike is
 * done once. Nothing is refused: where both changed one line in ways that can't be told apart, both lines are kept, theirs
 * first, and the place is told.
 *
 * @param base The text that the writer started from.
 * @param mine What the writer made of it.
 * @param theirs What it has become meanwhile.
 */
export function merge(base: string, mine: string, theirs: string): Merged {
  if (mine === theirs || mine === base) return { text: theirs, edits: [], overlaps: [] };
  const budget: Budget = { steps: maxSteps, units: maxUnits };
  if (theirs === base) return { text: mine, edits: diffText(theirs, mine, budget), overlaps: [] };
  const [of, my, their] = numberLines(base, mine, theirs);
  if (of === undefined || my === undefined || their === undefined) throw new Error("Three texts were given.");
  const lineBreak = /\r\n|\n|\r/u.exec(theirs)?.[0] ?? "\n";
  const edits: TextEdit[] = [];
  const overlaps: Overlap[] = [];
  /** How many lines more than theirs the result has so far. */
  let shift = 0;
  const sides: Sides = { base: [base, of], mine: [mine, my], theirs: [theirs, their] };
  const isRepeated = isThereAlready(wholeTexts(sides), sides, budget);
  const stretches = findStretches(diffLines(of.numbers, my.numbers), diffLines(of.numbers, their.numbers));
  for (const places of neighborhoodsOf(stretches, sides.base)) {
    const place = joinStretches(places);
    if (place.myHunks.length === 0) continue;
    const { start, end } = place.theirs;
    const parts = partsOf(place, places, sides, budget);
    const after = textsOf(parts, lineBreak, end < their.numbers.length);
    const changes = parts.some((part, index) => part.theirs.join("") !== after[index]);
    if (changes && (isRepeated || isThereAlready(place, sides, budget))) continue;
    let at = their.starts[start] ?? 0;
    parts.forEach((part, index) => {
      const before = part.theirs.join("");
      for (const edit of diffText(before, after[index] ?? "", budget)) {
        addEdit(edits, { ...edit, at: at + edit.at });
      }
      at += before.length;
    });
    overlaps.push(...overlapsIn(parts, start + shift + 1));
    shift += parts.reduce((sum, { lines }) => sum + lines.length, 0) - (end - start);
  }
  return { text: applyEdits(theirs, edits), edits, overlaps };
}

/** What the parts say. The last line of a text may have no line break, and need one where another comes to stand below. */
function textsOf(parts: readonly Part[], lineBreak: string, isFollowed: boolean): string[] {
  let below = isFollowed;
  return parts
    .toReversed()
    .map(({ lines }) =>
      lines
        .toReversed()
        .map((line) => {
          const ends = !below || /[\r\n]$/u.test(line);
          below = true;
          return ends ? line : line + lineBreak;
        })
        .toReversed()
        .join(""),
    )
    .toReversed();
}

/** Adds an edit, as one with the last where they touch. */
function addEdit(edits: TextEdit[], { at, remove, insert }: TextEdit): void {
  const last = edits.at(-1);
  if (last !== undefined && at <= last.at + last.remove) {
    last.remove += remove;
    last.insert += insert;
  } else edits.push({ at, remove, insert });
}

/** The places to be looked at, each with the insertions and removals next to it. */
function overlapsIn(parts: readonly Part[], line: number): Overlap[] {
  const overlaps: Overlap[] = [];
  let group: Part[] = [];
  let first = line;
  let next = line;
  const end = () => {
    if (group.some((part) => part.overlaps)) {
      const [base, mine, theirs] = (["base", "mine", "theirs"] as const).map((side) =>
        group.flatMap((part) => part[side]).join(""),
      );
      overlaps.push({ line: first, base: base ?? "", mine: mine ?? "", theirs: theirs ?? "" });
    }
    group = [];
    first = next;
  };
  for (const part of parts) {
    const belongs = part.overlaps || part.base.length === 0 || part.lines.length === 0;
    if (!belongs) end();
    next += part.lines.length;
    if (belongs) group.push(part);
    else first = next;
  }
  end();
  return overlaps;
}
