import type { Heading } from "@mdreader/markdown";
import type { ComparedBlock, Counts } from "@mdreader/markdown/render";

/** A request to the worker to render a text. */
export interface RenderRequest {
  text: string;
  /** For an embedded text: the slug of the section to show, or null for all of it. */
  embedded?: { section: string | null };
  /** An earlier text, with whose blocks those of the text are compared. */
  comparedWith?: string;
}

/** The blocks of both texts, as unsanitized HTML. */
export interface ComparedTexts {
  compared: ComparedBlock[];
}

/** The blocks of an embedded text, as unsanitized HTML. Null if it has no such section. */
export interface EmbeddedBlocks {
  blocks: string[] | null;
}

/** The difference from the previous rendering: blocks between the unchanged prefix and suffix. */
export interface RenderedPatch {
  keepBefore: number;
  keepAfter: number;
  /** Unsanitized HTML. */
  blocks: string[];
  /** The first line of every block, unchanged ones included. */
  lines: Int32Array;
  outline: Heading[];
  counts: Counts;
}

/** Finds the blocks that differ between `before` and `next`. */
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
