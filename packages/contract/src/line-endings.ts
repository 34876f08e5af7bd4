/** A line ending. Markdown knows all three, and CommonMark counts each as one. */
export type LineEnding = "\n" | "\r\n" | "\r";

/** Matches every line ending of a text. */
export const anyLineEnding = /\r\n?|\n/g;

/** Returns the index at which each line of a text begins. The first is 0; every other one follows a line ending. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { 0: ending, index } of text.matchAll(anyLineEnding)) starts.push(index + ending.length);
  return starts;
}

/** Counts the line endings in a text. The result is the 0-based number of its last line. */
export function countLineEndings(text: string): number {
  return text.match(anyLineEnding)?.length ?? 0;
}

/** Returns the line ending for new lines of a text: the most frequent one, or LF if there is none. */
export function findPreferredLineEnding(text: string): LineEnding {
  const counts = { "\n": 0, "\r\n": 0, "\r": 0 };
  for (const [ending] of text.matchAll(anyLineEnding)) if (isLineEnding(ending)) counts[ending] += 1;
  return findMostFrequent(counts);
}

/** @returns The ending with the highest count. For equal counts, LF precedes CRLF, and CRLF precedes CR. */
export function findMostFrequent(counts: Readonly<Record<LineEnding, number>>): LineEnding {
  if (counts["\n"] >= counts["\r\n"] && counts["\n"] >= counts["\r"]) return "\n";
  return counts["\r\n"] >= counts["\r"] ? "\r\n" : "\r";
}

/** Replaces every line ending of a text. */
export function withLineEnding(text: string, ending: LineEnding): string {
  return text.replaceAll(anyLineEnding, ending);
}

/** Returns what to insert at the end of `text` to append `added` on new lines, with the line endings of `text`. */
export function createAppendix(text: string, added: string): string {
  const ending = findPreferredLineEnding(text);
  const lines = withLineEnding(added, ending);
  const start = text === "" || /[\r\n]$/.test(text) ? "" : ending;
  return start + lines + (/[\r\n]$/.test(lines) ? "" : ending);
}

const isLineEnding = (text: string): text is LineEnding => text === "\n" || text === "\r\n" || text === "\r";
