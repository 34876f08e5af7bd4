import type { Hunk } from "../myers-diff.ts";
import type { LineSpan } from "./lines.ts";

/** The alignment of the base and a side: the index of each line's counterpart, or -1. */
export interface Alignment {
  /** From the lines of the base to those of the side. */
  toSide: Int32Array;
  /** From the lines of the side to those of the base. */
  toBase: Int32Array;
}

/** The alignment of two sequences that differ by some hunks. */
export function createAlignment(hunks: readonly Hunk[], baseLength: number, sideLength: number): Alignment {
  const toSide = new Int32Array(baseLength).fill(-1);
  const toBase = new Int32Array(sideLength).fill(-1);
  let [at, side] = [0, 0];
  const end: Hunk = { from: baseLength, to: baseLength, start: sideLength, end: sideLength };
  for (const hunk of [...hunks, end]) {
    for (; at < hunk.from; at += 1, side += 1) {
      toSide[at] = side;
      toBase[side] = at;
    }
    [at, side] = [hunk.to, hunk.end];
  }
  return { toSide, toBase };
}

/** Corresponding ranges of lines of the three texts. */
export interface Chunk {
  base: LineSpan;
  mine: LineSpan;
  theirs: LineSpan;
}

/**
 * Cuts three texts at their stable lines, the lines of the base that both sides kept (S. Khanna, K. Kunal, B. C. Pierce,
 * "A formal investigation of diff3", 2007).
 *
 * @param isAnchor Whether a line of the base may separate chunks.
 * @param onStable Called for each separating line, with its index in each text.
 * @returns The non-empty chunks between those lines.
 */
export function splitIntoChunks(
  mine: Alignment,
  theirs: Alignment,
  isAnchor: (base: number) => boolean,
  onStable: (base: number, mine: number, theirs: number) => void,
): Chunk[] {
  const chunks: Chunk[] = [];
  let [at, my, their] = [0, 0, 0];
  const cut = (base: number, mineEnd: number, theirsEnd: number) => {
    if (base > at || mineEnd > my || theirsEnd > their) {
      chunks.push({
        base: { start: at, end: base },
        mine: { start: my, end: mineEnd },
        theirs: { start: their, end: theirsEnd },
      });
    }
  };
  const baseLength = mine.toSide.length;
  for (let base = 0; base < baseLength; base += 1) {
    const [own, other] = [mine.toSide[base] ?? -1, theirs.toSide[base] ?? -1];
    if (own < 0 || other < 0 || !isAnchor(base)) continue;
    cut(base, own, other);
    onStable(base, own, other);
    [at, my, their] = [base + 1, own + 1, other + 1];
  }
  cut(baseLength, mine.toBase.length, theirs.toBase.length);
  return chunks;
}
