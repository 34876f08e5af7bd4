import type { Token } from "markdown-it";

import { needsEmoji } from "../emoji.ts";
import { type FrontMatter, readFrontMatter, readTags } from "../front-matter.ts";
import { collectHeadings, type Heading } from "../headings.ts";
import { sanitizeHtml } from "../html.ts";
import { type Counts, countText } from "./count-text.ts";
import { createRenderer, type RenderEnv } from "./renderer.ts";

/** A document as HTML, split into top-level blocks such as paragraphs, lists and tables. */
export interface RenderedBlocks {
  /** Unsanitized HTML. */
  blocks: string[];
  /** The first line of each block, from 0, in ascending order. */
  lines: number[];
  outline: Heading[];
  /** Whether the first block is the front matter. */
  hasFrontMatter: boolean;
  /** The length of the displayed text. */
  counts: Counts;
  /** Languages of code blocks whose grammars are not loaded yet. */
  missingLanguages: Set<string>;
  /** Whether the text contains emoji short codes, and emoji are not loaded yet. */
  needsEmoji: boolean;
}

const markdown = createRenderer();

export function renderBlocks(text: string): RenderedBlocks {
  const front = readFrontMatter(text);
  const lineOffset = front?.lines ?? 0;
  const env: RenderEnv = { missingLanguages: new Set(), firstLine: 0 };
  const tokens = markdown.parse(front === null ? text : text.slice(front.length), env);

  const blocks: string[] = [];
  const lines: number[] = [];
  if (front !== null) {
    blocks.push(frontMatterHtml(front));
    lines.push(0);
  }
  for (const group of groupTokens(tokens)) {
    const line = group.find(({ map }) => map !== null)?.map?.[0];
    // Footnotes are displayed at the end, but may be defined anywhere.
    const displayLine = Math.max(lines.at(-1) ?? 0, line === undefined ? 0 : line + lineOffset);
    env.firstLine = displayLine - lineOffset;
    blocks.push(markdown.renderer.render(group, markdown.options, env));
    lines.push(displayLine);
  }
  return {
    blocks,
    lines,
    outline: collectHeadings(tokens, lineOffset),
    hasFrontMatter: front !== null,
    counts: countText(tokens),
    missingLanguages: env.missingLanguages,
    needsEmoji: needsEmoji(env),
  };
}

/** Maximum number of tokens in a block with unclosed HTML. */
const maxTokensPerBlock = 2_000;

/**
 * Yields the tokens of each block, from its opening token to its closing token. Merges the blocks between a raw HTML
 * tag and its closing tag.
 */
function* groupTokens(tokens: readonly Token[]): Generator<Token[]> {
  let group: Token[] = [];
  let depth = 0;
  let openTags = 0;
  for (const token of tokens) {
    group.push(token);
    depth += token.nesting;
    if (token.type === "html_block") openTags += sanitizeHtml(token.content).open;
    if (depth === 0 && (openTags <= 0 || group.length > maxTokensPerBlock)) {
      yield group;
      openTags = 0;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}

function frontMatterHtml({ fields }: FrontMatter): string {
  const { escapeHtml } = markdown.utils;
  const rows = fields.map(({ name, values }) => {
    const isTags = /^tags?$/i.test(name);
    const content = isTags
      ? readTags(values)
          .map((tag) => `<span class="tag">${escapeHtml(tag)}</span>`)
          .join(" ")
      : escapeHtml(values.join(", "));
    return `<tr><th dir="auto">${escapeHtml(name)}</th><td dir="auto">${content}</td></tr>`;
  });
  return `<table class="front-matter"><tbody>${rows.join("")}</tbody></table>`;
}
