import type { TextRange } from "@mdreader/collab";
import { lineStarts } from "@mdreader/contract";

/** Returns the range of a line, numbered from 1, without its line ending; null if the text has fewer lines. */
export function findLineRange(text: string, line: number): TextRange | null {
  const starts = lineStarts(text);
  const from = starts[line - 1];
  if (from === undefined) return null;
  const lineText = text.slice(from, starts[line]);
  return { from, to: from + lineText.replace(/[\r\n]+$/, "").length };
}

/** Creates a function that returns the line of an offset. The text is scanned only once. */
export function createLineCounter(text: string): (offset: number) => number {
  const starts = lineStarts(text);
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
