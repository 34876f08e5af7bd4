import type { Budget } from "../edits.ts";
import type { Alignment, Chunk } from "./chunks.ts";
import { diffLines } from "./diff-lines.ts";
import { breakOf, isBlank, isSignificant, lineAt, type Lines, type LineSpan, withoutBreak } from "./lines.ts";
import { alignSimilarLines } from "./similarity.ts";
import { mergeLine } from "./words.ts";

/** What both sides made of some lines of the base, where they disagree. */
export interface Conflict {
  base: string;
  mine: string;
  theirs: string;
}

/** Lines of the result that replace a range of theirs. */
export interface Replacement {
  theirs: LineSpan;
  lines: string[];
  conflict: Conflict | null;
  /** Whether it is a line with the words of both sides, which neither has. */
  isWordMerge?: boolean;
}

/** Three texts, how they are aligned, and how much may be spent on them. */
export interface MergeInput {
  base: Lines;
  mine: Lines;
  theirs: Lines;
  significant: Uint8Array;
  myAlignment: Alignment;
  theirAlignment: Alignment;
  budget: Budget;
  /** Whether lines that both sides changed are merged by words. */
  mergesWords: boolean;
}

/** How many removed and inserted lines in one place are looked through for changed ones. */
const maxAlignedLines = 20_000;

/** The lines of one side in a chunk. */
interface SideItems {
  first: number;
  /** Of each line, the line of the base that it is or was changed from; -1 for an inserted line. */
  slots: Int32Array;
  /** Of each line of the base, its line on this side; -1 for a removed one. Both count from the chunk's beginning. */
  bySlot: Int32Array;
  /** Of each line, whether it differs from its line of the base or has none. */
  isNew: Uint8Array;
  /** Of each line, the line that the other side inserted alike, or -1. */
  twins: Int32Array;
}

/** A line of mine and a line of theirs that take one place in the result. */
interface Pair {
  mine: number;
  theirs: number;
  /** The line of the base; -1 for a line that both inserted. */
  slot: number;
}

/**
 * Merges a chunk that both sides changed. Lines that both inserted, and lines that come from the same line of the base, are
 * pairs and split the chunk. Between two pairs, what theirs inserted precedes what mine inserted. So all new lines are in
 * the result, in the order that they have on their side, and removed lines are not.
 */
export function resolveChunk(chunk: Chunk, input: MergeInput): Replacement[] {
  const { base } = chunk;
  const [mine, theirs] = [
    itemsOf(chunk.mine, base, input.myAlignment),
    itemsOf(chunk.theirs, base, input.theirAlignment),
  ];
  pairTwins(mine, theirs, input);
  assignSlots(mine, input.mine, base, input);
  assignSlots(theirs, input.theirs, base, input);
  const result: Replacement[] = [];
  const end: Pair = { mine: mine.slots.length, theirs: theirs.slots.length, slot: base.end - base.start };
  let last: Pair = { mine: -1, theirs: -1, slot: -1 };
  let slot = -1;
  for (const pair of [...findPairs(mine, theirs), end]) {
    const part = new Part(
      input,
      [mine, { start: last.mine + 1, end: pair.mine }],
      [theirs, { start: last.theirs + 1, end: pair.theirs }],
      { start: base.start, from: slot + 1, to: pair.slot === -1 ? slot + 1 : pair.slot },
    );
    if (!part.isEmpty()) result.push(part.merge(last.slot === -1 && last.mine >= 0));
    if (pair !== end && pair.slot >= 0) result.push(mergePair(pair, mine, theirs, base.start, input));
    slot = Math.max(slot, pair.slot);
    last = pair;
  }
  return result;
}

function itemsOf({ start, end }: LineSpan, base: LineSpan, { toBase }: Alignment): SideItems {
  const slots = toBase.slice(start, end).map((slot) => (slot === -1 ? -1 : slot - base.start));
  const bySlot = new Int32Array(base.end - base.start).fill(-1);
  slots.forEach((slot, index) => {
    if (slot >= 0) bySlot[slot] = index;
  });
  return {
    first: start,
    slots,
    bySlot,
    isNew: new Uint8Array(slots.map((slot) => (slot === -1 ? 1 : 0))),
    twins: new Int32Array(end - start).fill(-1),
  };
}

/** Pairs significant lines that both sides inserted. */
function pairTwins(mine: SideItems, theirs: SideItems, input: MergeInput): void {
  const insertedOf = ({ first, isNew }: SideItems, { numbers }: Lines) => {
    const indexes: number[] = [];
    for (let index = 0; index < isNew.length; index += 1) {
      const isInserted = isNew[index] === 1 && input.significant[numbers[first + index] ?? 0] === 1;
      if (isInserted) indexes.push(index);
    }
    return { indexes, numbers: Int32Array.from(indexes, (index) => numbers[first + index] ?? 0) };
  };
  const [own, others] = [insertedOf(mine, input.mine), insertedOf(theirs, input.theirs)];
  if (own.indexes.length === 0 || others.indexes.length === 0) return;
  const [length, otherLength] = [own.indexes.length, others.indexes.length];
  const end = { from: length, to: length, start: otherLength, end: otherLength };
  let [at, other] = [0, 0];
  for (const hunk of [...diffLines(own.numbers, others.numbers, input.budget), end]) {
    for (; at < hunk.from; at += 1, other += 1) {
      const [my, their] = [own.indexes[at] ?? 0, others.indexes[other] ?? 0];
      mine.twins[my] = their;
      theirs.twins[their] = my;
    }
    [at, other] = [hunk.to, hunk.end];
  }
}

/**
 * Finds which new lines are changed lines of the base: similar ones between the same significant lines. Other lines that a
 * side kept but that cross such a pair are taken for removed and inserted.
 */
function assignSlots(items: SideItems, lines: Lines, base: LineSpan, input: MergeInput): void {
  const { slots, bySlot, isNew, twins, first } = items;
  const { significant } = input;
  const isSignificantSlot = (slot: number) => significant[input.base.numbers[base.start + slot] ?? 0] === 1;
  let removed: number[] = [];
  let inserted: number[] = [];
  const align = () => {
    if (removed.length === 0 || inserted.length === 0) return;
    if (removed.length + inserted.length > maxAlignedLines) return;
    const successors = alignSimilarLines(
      removed.map((slot) => lineAt(input.base, base.start + slot)),
      inserted.map((index) => lineAt(lines, first + index)),
      input.budget,
    );
    removed.forEach((slot, row) => {
      const index = inserted[successors[row] ?? -1];
      if (index === undefined) return;
      slots[index] = slot;
      bySlot[slot] = index;
    });
  };
  let slot = 0;
  for (let index = 0; index <= slots.length; index += 1) {
    const kept = index === slots.length ? bySlot.length : (slots[index] ?? -1);
    const isEnd = kept === bySlot.length || (kept >= 0 && isSignificantSlot(kept));
    if (isEnd) {
      for (; slot < kept; slot += 1) if (bySlot[slot] === -1 && isSignificantSlot(slot)) removed.push(slot);
      align();
      [removed, inserted, slot] = [[], [], kept + 1];
    } else if (kept === -1 && twins[index] === -1) {
      if (significant[lines.numbers[first + index] ?? 0] === 1) inserted.push(index);
    }
  }
  // Slots rise along the lines that are significant; of the others, those that don't are released.
  let next = bySlot.length;
  const limits = slots.map(() => 0);
  for (let index = slots.length - 1; index >= 0; index -= 1) {
    limits[index] = next;
    const own = slots[index] ?? -1;
    if (own >= 0 && isSignificantSlot(own)) next = own;
  }
  let last = -1;
  for (let index = 0; index < slots.length; index += 1) {
    const own = slots[index] ?? -1;
    if (own === -1) continue;
    if (own > last && own < (limits[index] ?? 0)) last = own;
    else {
      slots[index] = -1;
      bySlot[own] = -1;
      isNew[index] = 1;
    }
  }
}

/** The pairs, in the order of both sides. Lines that both inserted count more than lines of the base that cross them. */
function findPairs(mine: SideItems, theirs: SideItems): Pair[] {
  const pairs: Pair[] = [];
  const twinsBefore = new Int32Array(theirs.twins.length);
  let count = 0;
  theirs.twins.forEach((twin, index) => {
    twinsBefore[index] = count;
    if (twin >= 0) count += 1;
  });
  count = 0;
  mine.twins.forEach((twin, index) => {
    const slot = mine.slots[index] ?? -1;
    if (twin >= 0) {
      count += 1;
      pairs.push({ mine: index, theirs: twin, slot: -1 });
      return;
    }
    const other = slot === -1 ? -1 : (theirs.bySlot[slot] ?? -1);
    if (other >= 0 && twinsBefore[other] === count) pairs.push({ mine: index, theirs: other, slot });
  });
  return pairs;
}

/** Merges two lines that come from one line of the base. */
function mergePair(
  pair: Pair,
  mine: SideItems,
  theirs: SideItems,
  start: number,
  input: MergeInput,
): Replacement {
  const base = lineAt(input.base, start + pair.slot);
  const my = lineAt(input.mine, mine.first + pair.mine);
  const index = theirs.first + pair.theirs;
  const their = lineAt(input.theirs, index);
  const result = (lines: string[], isConflict: boolean): Replacement => ({
    theirs: { start: index, end: index + 1 },
    lines,
    conflict: isConflict ? { base, mine: my, theirs: their } : null,
  });
  const lineBreak = mergeBreak(base, my, their);
  const [was, own, other] = [base, my, their].map(withoutBreak);
  if (was === undefined || own === undefined || other === undefined) return result([their], false);
  if (own === other || own === was) return result([other + lineBreak], false);
  if (other === was) return result([own + lineBreak], false);
  const merged = input.mergesWords ? mergeLine(was, own, other, input.budget) : null;
  if (merged === null) return result([their, my], true);
  return { ...result([merged + lineBreak], merged !== other), isWordMerge: merged !== other };
}

/** The line break that a line has after both sides' changes. */
export function mergeBreak(base: string, mine: string, theirs: string): string {
  const [was, own, other] = [base, mine, theirs].map(breakOf);
  return (other === was || other === "" ? own : other) ?? "";
}

/** The lines between two pairs. */
class Part {
  private readonly input: MergeInput;
  private readonly mine: SideItems;
  private readonly theirs: SideItems;
  private readonly my: LineSpan;
  private readonly their: LineSpan;
  private readonly slots: { start: number; from: number; to: number };

  constructor(
    input: MergeInput,
    [mine, my]: [SideItems, LineSpan],
    [theirs, their]: [SideItems, LineSpan],
    slots: { start: number; from: number; to: number },
  ) {
    this.input = input;
    [this.mine, this.my, this.theirs, this.their, this.slots] = [mine, my, theirs, their, slots];
  }

  isEmpty(): boolean {
    return this.my.start === this.my.end && this.their.start === this.their.end;
  }

  merge(followsTwin: boolean): Replacement {
    const { input, mine, theirs } = this;
    const own = this.newLines(mine, input.mine, this.my, theirs);
    const others = this.newLines(theirs, input.theirs, this.their, mine);
    const lines = this.unite(own, others, followsTwin);
    const [my, their] = [own, others].map((items) => items.map(({ line }) => line).join(""));
    const isChangedAndRemoved = [...own, ...others].some(({ isAlone }) => isAlone);
    const isConflict =
      isChangedAndRemoved || (my !== their && [own, others].every((items) => items.some(isSignificantItem)));
    const base = Array.from({ length: Math.max(0, this.slots.to - this.slots.from) }, (_, index) =>
      lineAt(input.base, this.slots.start + this.slots.from + index),
    );
    return {
      theirs: { start: theirs.first + this.their.start, end: theirs.first + this.their.end },
      lines,
      conflict: isConflict ? { base: base.join(""), mine: my ?? "", theirs: their ?? "" } : null,
    };
  }

  /** The lines that a side brings to the result: not those of the base that the other removed. */
  private newLines(side: SideItems, lines: Lines, span: LineSpan, other: SideItems): Item[] {
    const items: Item[] = [];
    for (let index = span.start; index < span.end; index += 1) {
      const slot = side.slots[index] ?? -1;
      const counterpart = slot === -1 ? -1 : (other.bySlot[slot] ?? -1);
      const isNew = side.isNew[index] === 1;
      // A line that both kept, on either side of a line that both inserted, stays where theirs has it.
      const stays = side === this.theirs && counterpart >= 0 && other.isNew[counterpart] === 0;
      if (!isNew && !stays) continue;
      const isAlone = isNew && slot >= 0 && counterpart === -1;
      items.push({ line: lineAt(lines, side.first + index), slot: isAlone ? slot : -1, isAlone });
    }
    return items;
  }

  /** Theirs before mine, except that changed lines whose counterparts were removed keep the order of the base. */
  private unite(mine: Item[], theirs: Item[], followsTwin: boolean): string[] {
    const [own, others] = [mine, theirs].map((items) => items.map(({ line }) => line));
    if (own === undefined || others === undefined) return [];
    if (own.length === 0 || isWithin(own, others)) return others;
    if (others.length === 0 || isWithin(others, own)) return own;
    if (own.every((line) => isBlank(line))) return others;
    const [head, tail] = followsTwin ? commonStructure(own, others) : [0, 0];
    const lines: string[] = others.slice(0, head);
    let at = head;
    let other = head;
    const [end, otherEnd] = [own.length - tail, others.length - tail];
    const nextAlone = (items: Item[], from: number, to: number) => {
      const index = items.findIndex(({ isAlone }, place) => isAlone && place >= from && place < to);
      return index === -1 ? null : { index, slot: items[index]?.slot ?? -1 };
    };
    let [my, their] = [nextAlone(mine, at, end), nextAlone(theirs, other, otherEnd)];
    while (my !== null && their !== null) {
      if (my.slot < their.slot) {
        lines.push(...own.slice(at, my.index + 1));
        at = my.index + 1;
        my = nextAlone(mine, at, end);
      } else {
        lines.push(...others.slice(other, their.index + 1));
        other = their.index + 1;
        their = nextAlone(theirs, other, otherEnd);
      }
    }
    for (const line of others.slice(other, otherEnd)) lines.push(line);
    const isDoubled = isBlank(lines.at(-1) ?? "-") && end - at > 1 && isBlank(own[at] ?? "-");
    for (const line of own.slice(isDoubled ? at + 1 : at, end)) lines.push(line);
    return lines.concat(others.slice(otherEnd));
  }
}

/** A line that a side brings to the result. */
interface Item {
  line: string;
  slot: number;
  /** Whether the other side removed the line of the base that this one was changed from. */
  isAlone: boolean;
}

const isSignificantItem = ({ line }: Item): boolean => isSignificant(line);

/**
 * How many lines two insertions begin and end with alike, such as the delimiter row below a table's header and the fence
 * below code: inside one table or one code block, they stay single.
 */
function commonStructure(a: readonly string[], b: readonly string[]): [head: number, tail: number] {
  const isSame = (one = "", other = "") => withoutBreak(one) === withoutBreak(other) && !isSignificant(one);
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && isSame(a[head], b[head]) && !isBlank(a[head] ?? "")) head += 1;
  let tail = 0;
  while (tail < most - head && isSame(a[a.length - 1 - tail], b[b.length - 1 - tail])) tail += 1;
  const isStructure = a.slice(a.length - tail).some((line) => !isBlank(line));
  return [head, isStructure ? tail : 0];
}

/** Whether all lines are in the others, in the same order. */
function isWithin(lines: readonly string[], others: readonly string[]): boolean {
  let next = 0;
  for (const line of others) {
    const wanted = lines[next];
    if (wanted !== undefined && withoutBreak(wanted) === withoutBreak(line)) next += 1;
  }
  return next === lines.length;
}
