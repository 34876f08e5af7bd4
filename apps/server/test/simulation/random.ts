/** Numbers that only look like chance: the same seed gives the same ones. */
export interface Random {
  /** From 0 up to and without 1. */
  next(): number;
  /** A whole number from 0 up to and without `end`. */
  below(end: number): number;
  /** A number from `least` up to and without `most`. */
  between(least: number, most: number): number;
  isLikely(probability: number): boolean;
  /** One of several; there must be one. */
  pick<T>(list: readonly T[]): T;
}

/**
 * A stream of its own for each purpose: what one of them draws more or fewer leaves the others as they are, so that a seed
 * still means much the same after a change of the code under test.
 */
export function createRandom(seed: number, purpose: string): Random {
  let state = seed | 0;
  for (const character of purpose) state = scramble(state ^ (character.codePointAt(0) ?? 0));
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    return (scramble(state) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  return {
    next,
    below,
    between: (least, most) => least + next() * (most - least),
    isLikely: (probability) => next() < probability,
    pick(list) {
      const [picked] = list.slice(below(list.length));
      if (picked === undefined) throw new Error("There is nothing to pick from.");
      return picked;
    },
  };
}

/** Mixes 32 bits, so that neighbors have nothing in common. */
function scramble(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}
