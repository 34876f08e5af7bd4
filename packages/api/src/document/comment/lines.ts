import type { TextRange } from "@mdreader/collab";

/** A line of a text without what ends it; null where the text has fewer. Lines count from 1. */
export function lineAt(text: string, line: number): TextRange | null {
  let from = 0;
  for (let passed = 1; passed < line; passed += 1) {
    const end = text.indexOf("\n", from);
    if (end === -1) return null;
    from = end + 1;
  }
  const end = text.indexOf("\n", from);
  const to = end === -1 ? text.length : end;
  return { from, to: text[to - 1] === "\r" && to > from ? to - 1 : to };
}

/** Tells the lines of offsets in a text. Reads the text once, however often it is asked. */
export function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
