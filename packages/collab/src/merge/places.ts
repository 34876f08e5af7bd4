import type { Budget } from "../edits.ts";
import { countChanges } from "./diff-lines.ts";
import type { NumberedLines } from "./lines.ts";
import { diffBySignificance, type WeighedLines } from "./realign.ts";
import { type Part, resolve } from "./resolve.ts";
import type { ChangedStretch, LineSpan } from "./stretches.ts";
import { isSignificant } from "./union.ts";

/** A text and its lines. */
type Side = readonly [text: string, lines: NumberedLines];

export interface Sides {
  base: Side;
  mine: Side;
  theirs: Side;
}

/** Where all of each text is. */
export function wholeTexts(sides: Sides): Record<keyof Sides, LineSpan> {
  const whole = ([, { numbers }]: Side): LineSpan => ({ start: 0, end: numbers.length });
  return { base: whole(sides.base), mine: whole(sides.mine), theirs: whole(sides.theirs) };
}

/** Puts stretches together that have nothing between them but blank lines and such, which could be any. */
export function neighborhoodsOf(stretches: readonly ChangedStretch[], base: Side): ChangedStretch[][] {
  const groups: ChangedStretch[][] = [];
  for (const stretch of stretches) {
    const last = groups.at(-1);
    const start = last?.at(-1)?.base.end ?? 0;
    const between = linesIn(base, { start, end: Math.min(stretch.base.start, start + maxBetween) });
    const isNear = stretch.base.start - start < maxBetween && !between.some((line) => isSignificant(line));
    if (last !== undefined && isNear) last.push(stretch);
    else groups.push([stretch]);
  }
  return groups;
}

/** The largest place that is merged line by line: beyond it, all of both sides is kept. */
const maxLines = 150_000;

/** How many lines between two changes are looked at. */
const maxBetween = 12;

/**
 * Whether theirs has all that mine has, whichever of several blank lines is taken for which: then the shortest way from the
 * base to theirs leads by mine.
 */
export function isThereAlready(
  stretch: Record<keyof Sides, LineSpan>,
  sides: Sides,
  budget: Budget,
): boolean {
  const numbersOf = (side: keyof Sides) => {
    const { start, end } = stretch[side];
    return sides[side][1].numbers.subarray(start, end);
  };
  // A single line that both changed is looked at as it is.
  if (stretch.base.end - stretch.base.start + stretch.theirs.end - stretch.theirs.start < 3) return false;
  const sayingOf = (side: keyof Sides) => {
    const [text, { starts }] = sides[side];
    const first = stretch[side].start;
    return numbersOf(side).filter((_, index) =>
      isSignificant(text, starts[first + index], starts[first + index + 1]),
    );
  };
  const [base, mine, theirs] = [sayingOf("base"), sayingOf("mine"), sayingOf("theirs")];
  // Blank lines alone come and go in many places: each is its own.
  if (countChanges(base, mine, budget) === 0) return false;
  return (
    isOnTheWay(base, mine, theirs, budget) ||
    isOnTheWay(numbersOf("base"), numbersOf("mine"), numbersOf("theirs"), budget)
  );
}

function isOnTheWay(from: Int32Array, by: Int32Array, to: Int32Array, budget: Budget): boolean {
  const [first, second, whole] = [
    countChanges(from, by, budget),
    countChanges(by, to, budget),
    countChanges(from, to, budget),
  ];
  return first + second === whole && budget.steps > 0;
}

export function partsOf(
  whole: ChangedStretch,
  places: readonly ChangedStretch[],
  sides: Sides,
  budget: Budget,
): Part[] {
  if (sizeOf(whole) > maxLines && whole.myHunks.length > 0 && whole.theirHunks.length > 0) {
    const [mine, theirs] = [linesIn(sides.mine, whole.mine), linesIn(sides.theirs, whole.theirs)];
    return [
      { lines: theirs.concat(mine), base: linesIn(sides.base, whole.base), mine, theirs, overlaps: true },
    ];
  }
  let at = whole.base.start;
  const parts = places.flatMap((stretch) => {
    const between = unchanged(linesIn(sides.base, { start: at, end: stretch.base.start }));
    at = stretch.base.end;
    return [between, ...stretchParts(stretch, sides, budget)];
  });
  if (!places.some((stretch) => haveMet(stretch, sides)) && !haveNewInCommon(places, sides)) return parts;
  const [base, mine, theirs] = (["base", "mine", "theirs"] as const).map((side): WeighedLines => {
    const lines = linesIn(sides[side], whole[side]);
    const { start, end } = whole[side];
    return {
      numbers: sides[side][1].numbers.subarray(start, end),
      significant: lines.map((line) => isSignificant(line)),
    };
  });
  if (base === undefined || mine === undefined || theirs === undefined) return parts;
  const hunks = {
    myHunks: diffBySignificance(base, mine, budget),
    theirHunks: diffBySignificance(base, theirs, budget),
  };
  return stretchParts({ ...whole, ...hunks }, sides, budget);
}

/** Whether both sides changed a stretch, each in its own way. */
const haveMet = ({ mine, theirs, myHunks, theirHunks }: ChangedStretch, sides: Sides): boolean =>
  myHunks.length > 0 &&
  theirHunks.length > 0 &&
  linesIn(sides.mine, mine).join("") !== linesIn(sides.theirs, theirs).join("");

/** Whether both sides have a new line that is the same, though they seem to have it in different places. */
function haveNewInCommon(places: readonly ChangedStretch[], sides: Sides): boolean {
  if (places.length === 1) return false;
  const newLines = (side: "mine" | "theirs") =>
    places.flatMap((stretch) =>
      (side === "mine" ? stretch.myHunks : stretch.theirHunks).flatMap(({ start, end }) => {
        const first = stretch[side].start;
        return linesIn(sides[side], { start: first + start, end: first + end });
      }),
    );
  const theirs = new Set(newLines("theirs"));
  return newLines("mine").some((line) => theirs.has(line) && isSignificant(line));
}

const sizeOf = ({ base, mine, theirs }: ChangedStretch): number =>
  [base, mine, theirs].reduce((sum, { start, end }) => sum + end - start, 0);

const unchanged = (lines: string[]): Part => ({
  lines,
  base: lines,
  mine: lines,
  theirs: lines,
  overlaps: false,
});

function stretchParts(
  { base, mine, theirs, myHunks, theirHunks }: ChangedStretch,
  sides: Sides,
  budget: Budget,
): Part[] {
  const [own, others] = [linesIn(sides.mine, mine), linesIn(sides.theirs, theirs)];
  if (myHunks.length === 0) return [unchanged(others)];
  const isAgreed = own.length === others.length && own.every((line, index) => line === others[index]);
  if (theirHunks.length === 0 || isAgreed) {
    return [{ lines: own, base: [], mine: own, theirs: others, overlaps: false }];
  }
  const changes = { mine: { lines: own, hunks: myHunks }, theirs: { lines: others, hunks: theirHunks } };
  return resolve({ base: linesIn(sides.base, base), ...changes }, budget);
}

const linesIn = ([text, { starts }]: Side, { start, end }: LineSpan): string[] =>
  Array.from({ length: end - start }, (_, index) =>
    text.slice(starts[start + index], starts[start + index + 1]),
  );
