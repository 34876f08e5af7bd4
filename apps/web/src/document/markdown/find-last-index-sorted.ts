/** The last index for which `holds`, where it holds up to some index and not beyond; -1 for none. */
export function findLastIndexSorted(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
