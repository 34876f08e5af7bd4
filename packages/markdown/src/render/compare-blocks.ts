/** A block of one of two texts, as unsanitized HTML, or of both. */
export interface ComparedBlock {
  kind: "same" | "added" | "removed";
  html: string;
}

/**
 * Maximum product of the numbers of differing blocks of two texts. Above it, the differing blocks are not compared: all
 * are removed or added.
 */
const maxComparisons = 4_000_000;

/** Compares the blocks of two texts. Removed blocks precede the added blocks that replace them. */
export function compareBlocks(before: readonly string[], after: readonly string[]): ComparedBlock[] {
  const shorterLength = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorterLength && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorterLength - start && before[before.length - 1 - end] === after[after.length - 1 - end])
    end += 1;
  const toBlocks = (kind: ComparedBlock["kind"], blocks: readonly string[]) =>
    blocks.map((html): ComparedBlock => ({ kind, html }));
  return [
    ...toBlocks("same", after.slice(0, start)),
    ...compareMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...toBlocks("same", after.slice(after.length - end)),
  ];
}

/** Compares differing blocks, keeping a longest common subsequence. */
function compareMiddle(before: readonly string[], after: readonly string[]): ComparedBlock[] {
  const isTooLarge = before.length * after.length > maxComparisons;
  const width = after.length + 1;
  /** The length of the longest common subsequence of the blocks from each pair of positions on. */
  const lengths = new Uint16Array(isTooLarge ? 0 : (before.length + 1) * width);
  const getLength = (i: number, j: number) => lengths[i * width + j] ?? 0;
  if (!isTooLarge)
    for (let i = before.length - 1; i >= 0; i--)
      for (let j = after.length - 1; j >= 0; j--)
        lengths[i * width + j] =
          before[i] === after[j]
            ? getLength(i + 1, j + 1) + 1
            : Math.max(getLength(i + 1, j), getLength(i, j + 1));

  const compared: ComparedBlock[] = [];
  let added: ComparedBlock[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, current] = [before[i], after[j]];
    if (!isTooLarge && old !== undefined && old === current) {
      compared.push(...added, { kind: "same", html: old });
      added = [];
      [i, j] = [i + 1, j + 1];
    } else if (old !== undefined && (current === undefined || getLength(i + 1, j) >= getLength(i, j + 1))) {
      compared.push({ kind: "removed", html: old });
      i += 1;
    } else if (current !== undefined) {
      added.push({ kind: "added", html: current });
      j += 1;
    }
  }
  return [...compared, ...added];
}
