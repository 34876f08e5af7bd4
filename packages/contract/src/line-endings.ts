/** How a line ends. Markdown knows all three, and CommonMark counts each as one end of a line. */
export type LineEnding = "\n" | "\r\n" | "\r";

/** Matches every line ending of a text. */
export const anyLineEnding = /\r\n?|\n/g;

/** The index at which each line of a text begins. The first is 0; every other follows a line ending. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { 0: ending, index } of text.matchAll(anyLineEnding)) starts.push(index + ending.length);
  return starts;
}

/** The number of line endings in a text: the line, counted from 0, that its end is on. */
export function countLineEndings(text: string): number {
  return text.match(anyLineEnding)?.length ?? 0;
}

/** The line ending that new lines of a text get: its most frequent one, and LF where it has none. */
export function findPreferredLineEnding(text: string): LineEnding {
  const counts = { "\n": 0, "\r\n": 0, "\r": 0 };
  for (const [ending] of text.matchAll(anyLineEnding)) if (isLineEnding(ending)) counts[ending] += 1;
  return findMostFrequent(counts);
}

/** @returns The ending with the highest count; LF before CRLF before CR where counts are equal. */
export function findMostFrequent(counts: Readonly<Record<LineEnding, number>>): LineEnding {
  if (counts["\n"] >= counts["\r\n"] && counts["\n"] >= counts["\r"]) return "\n";
  return counts["\r\n"] >= counts["\r"] ? "\r\n" : "\r";
}

/** Replaces every line ending of a text. */
export function withLineEnding(text: string, ending: LineEnding): string {
  return text.replaceAll(anyLineEnding, ending);
}

const isLineEnding = (text: string): text is LineEnding => text === "\n" || text === "\r\n" || text === "\r";
