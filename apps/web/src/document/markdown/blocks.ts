import {
  sanitizeHtml,
  type FrontMatter,
  type Heading,
  collectHeadings,
  readFrontMatter,
  type Token,
} from "@mdreader/markdown";

import { createParser, type RenderEnv } from "./parser.ts";

/** A document as HTML, split into top-level blocks such as paragraphs, lists and tables. */
export interface RenderedBlocks {
  /** Unsanitized HTML. */
  blocks: string[];
  /** The first line of each block, from 0. */
  lines: number[];
  outline: Heading[];
  /** Languages of code blocks whose grammars are not loaded yet. */
  wanted: Set<string>;
}

const markdown = createParser();

export function renderBlocks(text: string): RenderedBlocks {
  const front = readFrontMatter(text);
  const lineOffset = front?.lines ?? 0;
  const env: RenderEnv = { wanted: new Set() };
  const tokens = markdown.parse(front === null ? text : text.slice(front.length), env);

  const blocks: string[] = [];
  const lines: number[] = [];
  if (front !== null && front.fields.length > 0) {
    blocks.push(frontMatterHtml(front));
    lines.push(0);
  }
  for (const group of groupTokens(tokens)) {
    blocks.push(markdown.renderer.render(group, markdown.options, env));
    const line = group.find(({ map }) => map !== null)?.map?.[0];
    lines.push(line === undefined ? (lines.at(-1) ?? 0) : line + lineOffset);
  }
  return { blocks, lines, outline: collectHeadings(tokens, lineOffset), wanted: env.wanted };
}

/** Maximum number of tokens in a block with unclosed HTML. */
const maxTokensPerBlock = 2_000;

/** The tokens of each block. Blocks between an opening raw HTML tag and its closing tag are merged. */
function* groupTokens(tokens: readonly Token[]): Generator<Token[]> {
  let group: Token[] = [];
  let open = 0;
  for (const token of tokens) {
    group.push(token);
    if (token.type === "html_block") open = open + sanitizeHtml(token.content).open;
    const isWhole = token.level === 0 && token.nesting !== 1;
    if (isWhole && (open <= 0 || group.length > maxTokensPerBlock)) {
      yield group;
      open = 0;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}

function frontMatterHtml({ fields }: FrontMatter): string {
  const { escapeHtml } = markdown.utils;
  const rows = fields.map(
    ({ name, value }) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table class="front-matter"><tbody>${rows.join("")}</tbody></table>`;
}
