import type { MarkdownIt, StateBlock } from "markdown-it";

import { codeIndent, readLine } from "./block-lines.ts";

/**
 * Callouts as Notion exports them: Markdown between `<aside>` and `</aside>` on separate lines. In raw HTML, only the
 * text after a blank line would be Markdown.
 */
export function asidePlugin(markdown: MarkdownIt): void {
  markdown.block.ruler.before(
    "html_block",
    "aside",
    (state, startLine, endLine, silent) => {
      const indent = state.sCount[startLine] ?? 0;
      if (indent - state.blkIndent >= codeIndent || readLine(state, startLine) !== "<aside>") return false;
      if (silent) return true;
      const end = findEnd(state, startLine, endLine);
      const { parentType, lineMax, blkIndent } = state;
      Object.assign(state, { parentType: "aside", lineMax: end, blkIndent: indent });
      const open = state.push("aside_open", "div", 1);
      open.block = true;
      open.map = [startLine, end];
      open.attrSet("class", "markdown-alert markdown-alert-note");
      state.md.block.tokenize(state, startLine + 1, end);
      state.push("aside_close", "div", -1).block = true;
      Object.assign(state, { parentType, lineMax, blkIndent });
      state.line = end < endLine && readLine(state, end) === "</aside>" ? end + 1 : end;
      return true;
    },
    { alt: ["paragraph", "reference", "blockquote", "list"] },
  );
}

/** The line of the closing tag, or the first line after the block that contains the opening one. */
function findEnd(state: StateBlock, startLine: number, endLine: number): number {
  const indent = state.sCount[startLine] ?? 0;
  let depth = 1;
  for (let line = startLine + 1; line < endLine; line++) {
    const text = readLine(state, line);
    if (text !== "" && (state.sCount[line] ?? 0) < indent) return line;
    if (text === "<aside>") depth += 1;
    if (text === "</aside>") depth -= 1;
    if (depth === 0) return line;
  }
  return endLine;
}
