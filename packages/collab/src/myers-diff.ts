/** A stretch of `before` from `from` to `to` that `start` to `end` of `after` takes the place of. */
export interface Hunk {
  from: number;
  to: number;
  start: number;
  end: number;
}

/** The hunks between two sequences, and how many steps it took to find them. */
export interface EditScript {
  /** In order, none touching the next; null when more than the permitted edits or steps would be needed. */
  hunks: Hunk[] | null;
  steps: number;
}

/**
 * The fewest insertions and removals that turn `before` into `after` (E. W. Myers, 1986). Round by round, with one edit
 * more in each, it notes how far each diagonal is reached; so the cost grows with the square of the edits alone.
 *
 * @param max How many insertions and removals are tried.
 * @param maxSteps How many diagonals and tokens are looked at.
 */
export function myersDiff(
  before: Int32Array,
  after: Int32Array,
  max: number,
  maxSteps = Infinity,
): EditScript {
  const rounds = Math.min(max, before.length + after.length);
  const middle = rounds + 1;
  /** Of each diagonal (an offset in `before` less that in `after`), how far into `before` it is reached. */
  const reached = new Int32Array(2 * middle + 1);
  const history: Int32Array[] = [];
  let steps = 0;
  for (let round = 0; round <= rounds && steps <= maxSteps; round += 1) {
    for (let diagonal = -round; diagonal <= round; diagonal += 2) {
      let x = pathStart(reached, middle, round, diagonal);
      let y = x - diagonal;
      const entry = x;
      while (x < before.length && y < after.length && before[x] === after[y]) {
        x += 1;
        y += 1;
      }
      reached[middle + diagonal] = x;
      steps += x - entry;
      if (x >= before.length && y >= after.length) {
        return { hunks: toHunks(history, { x: before.length, y: after.length }), steps };
      }
    }
    steps += round + 1;
    history.push(reached.slice(middle - round - 1, middle + round + 2));
  }
  return { hunks: null, steps };
}

/** Whether a diagonal is entered by an insertion, from the one above it, because that reaches further than a removal. */
function isInsertInto(reached: Int32Array, middle: number, round: number, diagonal: number): boolean {
  if (diagonal === -round) return true;
  if (diagonal === round) return false;
  return (reached[middle + diagonal - 1] ?? 0) < (reached[middle + diagonal + 1] ?? 0);
}

function pathStart(reached: Int32Array, middle: number, round: number, diagonal: number): number {
  if (round === 0) return 0;
  return isInsertInto(reached, middle, round, diagonal)
    ? (reached[middle + diagonal + 1] ?? 0)
    : (reached[middle + diagonal - 1] ?? 0) + 1;
}

/** Goes the way back from the end, round by round. `history[n]` is what was reached after round n. */
function toHunks(history: readonly Int32Array[], end: { x: number; y: number }): Hunk[] {
  const hunks: Hunk[] = [];
  let { x, y } = end;
  for (let round = history.length; round > 0; round -= 1) {
    const reached = history[round - 1] ?? new Int32Array();
    const diagonal = x - y;
    const inserts = isInsertInto(reached, round, round, diagonal);
    const comesFrom = inserts ? diagonal + 1 : diagonal - 1;
    const from = reached[round + comesFrom] ?? 0;
    const start = from - comesFrom;
    const hunk: Hunk = { from, to: inserts ? from : from + 1, start, end: inserts ? start + 1 : start };
    const last = hunks.at(-1);
    if (last !== undefined && last.from === hunk.to && last.start === hunk.end) {
      last.from = hunk.from;
      last.start = hunk.start;
    } else hunks.push(hunk);
    x = from;
    y = start;
  }
  return hunks.toReversed();
}
