import type { Hunk } from "../myers-diff.ts";
import type { LineSpan } from "./lines.ts";

/** The alignment of the base and a side: the index of each line's counterpart, or -1. */
export interface Alignment {
  /** From the lines of the base to those of the side. */
  toSide: Int32Array;
  /** From the lines of the side to those of the base. */
  toBase: Int32Array;
}

/** Creates the alignment of two sequences from the hunks between them. */
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
 * Splits three texts at their stable lines, the lines of the base that both sides kept (S. Khanna, K. Kunal, B. C.
 * Pierce, "A formal investigation of diff3", 2007).
 *
 * @param isAnchor Whether a line of the base may separate chunks.
 * @param onStable Called for each separating line, with its index in each text.
 * @returns The nonempty chunks between those lines.
 */
export function splitIntoChunks(
  mine: Alignment,
  theirs: Alignment,
  isAnchor: (base: number) => boolean,
  onStable: (base: number, mine: number, theirs: number) => void,
): Chunk[] {
  const chunks: Chunk[] = [];
  let [baseStart, myStart, theirStart] = [0, 0, 0];
  const cut = (base: number, mineEnd: number, theirsEnd: number) => {
    if (base > baseStart || mineEnd > myStart || theirsEnd > theirStart) {
      chunks.push({
        base: { start: baseStart, end: base },
        mine: { start: myStart, end: mineEnd },
        theirs: { start: theirStart, end: theirsEnd },
      });
    }
  };
  const baseLength = mine.toSide.length;
  for (let base = 0; base < baseLength; base += 1) {
    const [myIndex, theirIndex] = [mine.toSide[base] ?? -1, theirs.toSide[base] ?? -1];
    if (myIndex < 0 || theirIndex < 0 || !isAnchor(base)) continue;
    cut(base, myIndex, theirIndex);
    onStable(base, myIndex, theirIndex);
    [baseStart, myStart, theirStart] = [base + 1, myIndex + 1, theirIndex + 1];
  }
  cut(baseLength, mine.toBase.length, theirs.toBase.length);
  return chunks;
}
