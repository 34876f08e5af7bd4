import type { MarkdownIt } from "markdown-it";

import { collectHeadings, type Heading } from "./headings.ts";

const marker = /^\[(?:toc|\[_toc_\])\]$/i;

/**
 * A table of contents in place of the first paragraph that consists of `[TOC]` or `[[_TOC_]]`. Others are not replaced,
 * so that the HTML stays proportional to the text.
 */
export function contentsListPlugin(markdown: MarkdownIt): void {
  const { escapeHtml } = markdown.utils;
  markdown.core.ruler.push("contents_list", (state) => {
    const { tokens, Token } = state;
    const markerIndex = tokens.findIndex(
      ({ type, content, children }, index) =>
        type === "inline" &&
        marker.test(content) &&
        children?.some((child) => child.type === "link_open") === false &&
        tokens[index - 1]?.type === "paragraph_open",
    );
    const [open] = tokens.slice(markerIndex - 1, markerIndex);
    if (markerIndex === -1 || open === undefined) return;
    const list = new Token("contents_list", "", 0);
    list.content = renderList(collectHeadings(tokens), escapeHtml);
    list.map = open.map;
    state.tokens = [...tokens.slice(0, markerIndex - 1), list, ...tokens.slice(markerIndex + 2)];
  });
  markdown.renderer.rules["contents_list"] = (tokens, index) => tokens[index]?.content ?? "";
}

function renderList(headings: readonly Heading[], escapeHtml: (text: string) => string): string {
  const parts: string[] = [];
  const levels: number[] = [];
  for (const { level, slug, text } of headings) {
    for (; levels.length > 1 && (levels.at(-1) ?? 0) > level; levels.pop()) parts.push("</li></ul>");
    const isBelow = levels.length === 0 || (levels.at(-1) ?? 0) < level;
    parts.push(isBelow ? "<ul>" : "</li>");
    if (!isBelow) levels.pop();
    levels.push(level);
    parts.push(`<li><a href="#${escapeHtml(slug)}">${escapeHtml(text)}</a>`);
  }
  parts.push("</li></ul>".repeat(levels.length));
  return `<nav class="toc" aria-label="Contents">${parts.join("")}</nav>\n`;
}
