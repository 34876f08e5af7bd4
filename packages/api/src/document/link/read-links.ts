import { lineStarts } from "@mdreader/contract/line-endings";
import { linkPath, readMarkdown } from "@mdreader/markdown";

/** A link or image in the rendered text: the first one for each target. */
export interface RenderedLink {
  /** In the form of `linkPath`. */
  target: string;
  /** The start of its line. */
  line: string;
}

/** Maximum number of distinct targets. Further ones are ignored. */
const maxTargets = 10_000;
/** Maximum length of a line, in UTF-16 units. The rest is cut. */
const maxLineLength = 300;

/** Returns the links and images that a rendered text shows. */
export function readLinks(text: string): RenderedLink[] {
  const found = new Map<string, RenderedLink>();
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
