import type { Highlighted } from "@mdreader/contract";
import { measureFrontMatter } from "@mdreader/markdown";
import { toPlainPieces } from "@mdreader/markdown/plain-text";

import { type Range, toFragments } from "./fragments.ts";

/**
 * Returns the best passages of a text as people read it, without Markdown syntax. Front matter is shown only if
 * nothing else matches.
 */
export function toExcerpts(text: string, ranges: readonly Range[]): Highlighted[] {
  const start = measureFrontMatter(text);
  const inBody = ranges
    .filter((range) => range.start >= start)
    .map((range) => ({ start: range.start - start, end: range.end - start }));
  const isInFrontMatter = inBody.length === 0 && ranges.length > 0;
  const passages = isInFrontMatter
    ? toFragments(text.slice(0, start), ranges)
    : toFragments(text.slice(start), inBody);
  return passages.map(toPlainPieces).filter((pieces) => pieces.some((piece) => piece.text.trim() !== ""));
}
