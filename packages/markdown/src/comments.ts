import type { MarkdownIt, StateBlock } from "markdown-it";

import { codeIndent, readLine } from "./block-lines.ts";

const mark = "%%";
/** Text that can't precede a comment: `100%%` is a number, and a row of percent signs contains no comment. */
const invalidPrefix = /[\p{L}\p{N}%]$/u;

/**
 * Obsidian's comments, `%% … %%`, within a paragraph or as lines of their own with any blocks between them. They are
 * not displayed. A comment that is not closed is text.
 */
export function commentPlugin(markdown: MarkdownIt): void {
  markdown.inline.ruler.before("link", "comment", (state) => {
    const { src, pos, posMax } = state;
    if (!src.startsWith(mark, pos) || src[pos + 2] === "%") return false;
    if (invalidPrefix.test(src.slice(Math.max(0, pos - 2), pos))) return false;
    const end = src.indexOf(mark, pos + 2);
    if (end === -1 || end + 2 > posMax) return false;
    state.pos = end + 2;
    return true;
  });
  markdown.block.ruler.before(
    "fence",
    "comment",
    (state, startLine, endLine, silent) => {
      const end = findEnd(state, startLine, endLine);
      if (end === null) return false;
      if (!silent) state.line = end + 1;
      return true;
    },
    { alt: ["paragraph", "reference", "blockquote", "list"] },
  );
}

/** The last line of a comment that begins in a line and has no text after it; null without one. */
function findEnd(state: StateBlock, startLine: number, endLine: number): number | null {
  const opening = readLine(state, startLine);
  if (!opening.startsWith(mark) || opening[2] === "%") return null;
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= codeIndent) return null;
  for (let line = startLine; line < endLine; line++) {
    const text = line === startLine ? opening : readLine(state, line);
    if (text !== "" && (state.sCount[line] ?? 0) < state.blkIndent) return null;
    const at = text.indexOf(mark, line === startLine ? 2 : 0);
    if (at !== -1) return at === text.length - 2 ? line : null;
  }
  return null;
}
