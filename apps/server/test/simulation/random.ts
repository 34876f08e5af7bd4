/** Pseudorandom numbers. The same seed yields the same sequence. */
export interface Random {
  /** From 0 inclusive to 1 exclusive. */
  next(): number;
  /** An integer from 0 inclusive to `end` exclusive. */
  below(end: number): number;
  /** A number from `min` inclusive to `max` exclusive. */
  between(min: number, max: number): number;
  isLikely(probability: number): boolean;
  /** Picks an element. The list must not be empty. */
  pick<T>(list: readonly T[]): T;
}

/**
 * Creates a separate stream for each purpose. Streams are independent, so a seed means much the same after a change of the code
 * under test.
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
    between: (min, max) => min + next() * (max - min),
    isLikely: (probability) => next() < probability,
    pick(list) {
      const [picked] = list.slice(below(list.length));
      if (picked === undefined) throw new Error("There is nothing to pick from.");
      return picked;
    },
  };
}

/** Mixes 32 bits, so that adjacent numbers are unrelated. */
function scramble(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}
