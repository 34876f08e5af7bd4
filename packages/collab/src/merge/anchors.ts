/** The number of lines from which a table is used instead of a set. */
const manyLines = 2000;

/** A subset of a text's lines, with their indexes. */
export interface IndexedLines {
  numbers: Int32Array;
  indexes: Int32Array;
}

/** The lines that also exist on the other side. */
export function sharedLines(lines: Int32Array, others: Int32Array): IndexedLines {
  const isThere = createMembership(others);
  const numbers = new Int32Array(lines.length);
  const indexes = new Int32Array(lines.length);
  let count = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? -1;
    if (!isThere(line)) continue;
    numbers[count] = line;
    indexes[count] = index;
    count += 1;
  }
  return { numbers: numbers.subarray(0, count), indexes: indexes.subarray(0, count) };
}

function createMembership(lines: Int32Array): (line: number) => boolean {
  if (lines.length < manyLines) {
    const members = new Set(lines);
    return (line) => members.has(line);
  }
  const members = new Uint8Array(highest(lines) + 1);
  for (const line of lines) members[line] = 1;
  return (line) => members[line] === 1;
}

function highest(lines: Int32Array): number {
  let most = 0;
  for (const line of lines) if (line > most) most = line;
  return most;
}

/** The anchors of patience diff: the longest common order of lines that are unique on both sides. */
export function findUniqueLines(before: Int32Array, after: Int32Array): { at: number; other: number }[] {
  const size = Math.max(highest(before), highest(after)) + 1;
  const [own, others] = [indexPositions(before, size), indexPositions(after, size)];
  const unique: { at: number; other: number }[] = [];
  for (let at = 0; at < before.length; at += 1) {
    const line = before[at] ?? 0;
    const other = others[line] ?? none;
    if (own[line] === at && other >= 0) unique.push({ at, other });
  }
  return longestIncreasing(unique.map(({ other }) => other)).flatMap((index) => unique[index] ?? []);
}

const none = -1;
const several = -2;

/** The index of each unique line. */
function indexPositions(lines: Int32Array, size: number): Int32Array {
  const places = new Int32Array(size).fill(none);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? 0;
    places[line] = places[line] === none ? at : several;
  }
  return places;
}

/** The indexes of a longest increasing subsequence. */
function longestIncreasing(values: readonly number[]): number[] {
  /** For each length, the end index of the subsequence with the smallest last value. */
  const ends: number[] = [];
  const previous = new Int32Array(values.length);
  values.forEach((value, index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low === 0 ? -1 : (ends[low - 1] ?? -1);
    ends[low] = index;
  });
  const found: number[] = [];
  for (let index = ends.at(-1) ?? -1; index !== -1; index = previous[index] ?? -1) found.push(index);
  return found.toReversed();
}
