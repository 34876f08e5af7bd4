import type { Heading } from "@mdreader/markdown";

import type { Counts } from "./count-text.ts";

/** Asks the worker to render a text. */
export interface RenderRequest {
  text: string;
}

/** What is different from the rendering before: the blocks between those that stay at the beginning and at the end. */
export interface RenderedPatch {
  keepBefore: number;
  keepAfter: number;
  /** HTML that is not sanitized yet. */
  blocks: string[];
  /** The line that each block, also of those that stay, begins at. */
  lines: Int32Array;
  outline: Heading[];
  counts: Counts;
}

/** How to make `next` of `before`. */
export function findChangedBlocks(before: readonly string[], next: readonly string[]) {
  const most = Math.min(before.length, next.length);
  let keepBefore = 0;
  while (keepBefore < most && before[keepBefore] === next[keepBefore]) keepBefore += 1;
  let keepAfter = 0;
  while (
    keepAfter < most - keepBefore &&
    before[before.length - 1 - keepAfter] === next[next.length - 1 - keepAfter]
  ) {
    keepAfter += 1;
  }
  return { keepBefore, keepAfter, blocks: next.slice(keepBefore, next.length - keepAfter) };
}
