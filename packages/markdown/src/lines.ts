/**
 * Lines end as Markdown's do: with `\n`, `\r\n` or a single `\r`. The parser sees all of them as `\n`; here offsets in
 * what it sees become offsets in the text, and lines.
 */
export interface NormalizedText {
  /** The text with `\n` at the end of every line. */
  text: string;
  /** The offset in the original text. */
  toSource(offset: number): number;
  /** The line of an offset in the normalized text, from 0. */
  lineAt(offset: number): number;
  /** Where a line ends in the normalized text, its `\n` not included. */
  lineEnd(line: number): number;
}

export function normalizeLines(source: string): NormalizedText {
  const text = source.includes("\r") ? source.replaceAll(/\r\n?/g, "\n") : source;
  // Offsets of the normalized text behind which one more `\r` was left out.
  const shortened = text.length === source.length ? [] : findCrlfOffsets(source);
  const starts = findLineStarts(text);
  return {
    text,
    toSource: (offset) => offset + upperBound(shortened, offset - 1),
    lineAt: (offset) => upperBound(starts, offset) - 1,
    lineEnd: (line) => (starts[line + 1] ?? text.length + 1) - 1,
  };
}

function findLineStarts(text: string): number[] {
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

/** The index of the first of these sorted numbers that is greater than `value`. */
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
