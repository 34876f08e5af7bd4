import { lineStarts } from "@mdreader/contract/line-endings";
import { linkPath, readMarkdown } from "@mdreader/markdown";

/** A link or picture as the rendered text shows it. Of several to one target, the first. */
export interface ShownLink {
  /** As `linkPath` has it. */
  target: string;
  /** The beginning of the line that it is on. */
  line: string;
}

/** Of more different targets than these, the first count. */
export const maxTargets = 10_000;
/** Of a longer line, in UTF-16 units, only the beginning is told. */
const maxLineLength = 300;

/** The links and pictures that a text shows. */
export function readLinks(text: string): ShownLink[] {
  const found = new Map<string, ShownLink>();
  const starts = lineStarts(text);
  const lineAt = (line: number) => {
    const start = starts[line] ?? 0;
    const end = Math.min(starts[line + 1] ?? text.length, start + maxLineLength + 100);
    return text.slice(start, end).trim().slice(0, maxLineLength).toWellFormed();
  };
  for (const { line, ...link } of readMarkdown(text).links) {
    const target = linkPath(link);
    if (target === null || found.has(target)) continue;
    if (found.size === maxTargets) break;
    found.set(target, { target, line: lineAt(line) });
  }
  return [...found.values()];
}
