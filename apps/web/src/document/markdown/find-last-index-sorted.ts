/** The last index for which `holds` is true; -1 if none. `holds` must be true up to some index and false after it. */
export function findLastIndexSorted(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
