/** A range of `before` (`from` to `to`) that is replaced by a range of `after` (`start` to `end`). */
export interface Hunk {
  from: number;
  to: number;
  start: number;
  end: number;
}

/** The hunks between two sequences, and the number of steps to find them. */
export interface EditScript {
  /** Sorted and not touching. Null beyond the permitted edits or steps. */
  hunks: Hunk[] | null;
  steps: number;
}

/**
 * Finds the shortest edit script from `before` to `after` (E. W. Myers, 1986). Each round allows one more edit and records
 * the furthest point of each diagonal, so that the cost is quadratic only in the number of edits.
 *
 * @param max The maximum number of insertions and removals.
 * @param maxSteps The maximum number of diagonals and tokens visited.
 */
export function myersDiff(
  before: Int32Array,
  after: Int32Array,
  max: number,
  maxSteps = Infinity,
): EditScript {
  const rounds = Math.min(max, before.length + after.length);
  const middle = rounds + 1;
  /** The furthest index in `before` of each diagonal (index in `before` minus index in `after`). */
  const reached = new Int32Array(2 * middle + 1);
  const history: Int32Array[] = [];
  let steps = 0;
  for (let round = 0; round <= rounds && steps <= maxSteps; round += 1) {
    for (let diagonal = -round; diagonal <= round; diagonal += 2) {
      let x = findPathStart(reached, middle, round, diagonal);
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

/** Whether an insertion, from the diagonal above, reaches further on a diagonal than a removal. */
function isInsertInto(reached: Int32Array, middle: number, round: number, diagonal: number): boolean {
  if (diagonal === -round) return true;
  if (diagonal === round) return false;
  return (reached[middle + diagonal - 1] ?? 0) < (reached[middle + diagonal + 1] ?? 0);
}

function findPathStart(reached: Int32Array, middle: number, round: number, diagonal: number): number {
  if (round === 0) return 0;
  return isInsertInto(reached, middle, round, diagonal)
    ? (reached[middle + diagonal + 1] ?? 0)
    : (reached[middle + diagonal - 1] ?? 0) + 1;
}

/** Traces the path back from the end, round by round. `history[n]` contains the furthest points after round n. */
function toHunks(history: readonly Int32Array[], end: { x: number; y: number }): Hunk[] {
  const hunks: Hunk[] = [];
  let { x, y } = end;
  for (let round = history.length; round > 0; round -= 1) {
    const reached = history[round - 1] ?? new Int32Array();
    const diagonal = x - y;
    const inserts = isInsertInto(reached, round, round, diagonal);
    const previousDiagonal = inserts ? diagonal + 1 : diagonal - 1;
    const from = reached[round + previousDiagonal] ?? 0;
    const start = from - previousDiagonal;
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
