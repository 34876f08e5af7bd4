/** The minimum number of lines for which a table is used instead of a set. */
const minTableLength = 2000;

/** A subset of a text's lines, with their indexes. */
export interface IndexedLines {
  numbers: Int32Array;
  indexes: Int32Array;
}

/** Selects the lines that also exist on the other side. */
export function selectSharedLines(lines: Int32Array, others: Int32Array): IndexedLines {
  const isShared = createMembership(others);
  const numbers = new Int32Array(lines.length);
  const indexes = new Int32Array(lines.length);
  let count = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? -1;
    if (!isShared(line)) continue;
    numbers[count] = line;
    indexes[count] = index;
    count += 1;
  }
  return { numbers: numbers.subarray(0, count), indexes: indexes.subarray(0, count) };
}

function createMembership(lines: Int32Array): (line: number) => boolean {
  if (lines.length < minTableLength) {
    const members = new Set(lines);
    return (line) => members.has(line);
  }
  const members = new Uint8Array(findHighest(lines) + 1);
  for (const line of lines) members[line] = 1;
  return (line) => members[line] === 1;
}

function findHighest(lines: Int32Array): number {
  let highest = 0;
  for (const line of lines) if (line > highest) highest = line;
  return highest;
}

/** Finds the anchors of patience diff: the longest common subsequence of lines that are unique on both sides. */
export function findUniqueLines(before: Int32Array, after: Int32Array): { at: number; other: number }[] {
  const size = Math.max(findHighest(before), findHighest(after)) + 1;
  const [beforeIndexes, afterIndexes] = [indexUniqueLines(before, size), indexUniqueLines(after, size)];
  const unique: { at: number; other: number }[] = [];
  for (let at = 0; at < before.length; at += 1) {
    const line = before[at] ?? 0;
    const other = afterIndexes[line] ?? none;
    if (beforeIndexes[line] === at && other >= 0) unique.push({ at, other });
  }
  return findLongestIncreasing(unique.map(({ other }) => other)).flatMap((index) => unique[index] ?? []);
}

const none = -1;
const several = -2;

/** Returns the index of each unique line, `none` or `several`. */
function indexUniqueLines(lines: Int32Array, size: number): Int32Array {
  const indexes = new Int32Array(size).fill(none);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? 0;
    indexes[line] = indexes[line] === none ? at : several;
  }
  return indexes;
}

/** Returns the indexes of a longest increasing subsequence. */
function findLongestIncreasing(values: readonly number[]): number[] {
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
