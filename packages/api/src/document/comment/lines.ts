import type { TextRange } from "@mdreader/collab";
import { lineStarts } from "@mdreader/contract";

/** A line of a text without its line ending; null where the text has fewer. Lines count from 1. */
export function readLine(text: string, line: number): TextRange | null {
  const starts = lineStarts(text);
  const from = starts[line - 1];
  if (from === undefined) return null;
  const whole = text.slice(from, starts[line]);
  return { from, to: from + whole.replace(/[\r\n]+$/, "").length };
}

/** Tells the lines of offsets in a text. Reads the text once, however often it is asked. */
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
