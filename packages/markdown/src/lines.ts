/**
 * Markdown lines end with `\n`, `\r\n` or a single `\r`. The parser normalizes all of them to `\n`. This maps offsets
 * in the normalized text to lines and to offsets in the original.
 */
export interface NormalizedText {
  /** The text with `\n` at the end of every line. */
  text: string;
  /** Returns the offset in the original text. */
  toSource(offset: number): number;
  /** Returns the line of an offset in the normalized text, from 0. */
  lineAt(offset: number): number;
  /** Returns the end of a line in the normalized text, without its `\n`. */
  lineEnd(line: number): number;
}

export function normalizeLines(source: string): NormalizedText {
  const text = source.includes("\r") ? source.replaceAll(/\r\n?/g, "\n") : source;
  // The offsets in the normalized text at which a `\r` was removed.
  const shortened = text.length === source.length ? [] : findCrlfOffsets(source);
  const starts = lineStarts(text);
  return {
    text,
    toSource: (offset) => offset + upperBound(shortened, offset - 1),
    lineAt: (offset) => upperBound(starts, offset) - 1,
    lineEnd: (line) => (starts[line + 1] ?? text.length + 1) - 1,
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function findCrlfOffsets(source: string): number[] {
  const offsets: number[] = [];
  for (let at = source.indexOf("\r\n"); at !== -1; at = source.indexOf("\r\n", at + 2))
    offsets.push(at - offsets.length);
  return offsets;
}

/** Returns the index of the first of these sorted numbers that is greater than `value`. */
export function upperBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
