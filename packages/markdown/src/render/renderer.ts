import type { Env, MarkdownIt } from "markdown-it";

import { toSlug } from "../headings.ts";
import { applyImageSize } from "../image-sizes.ts";
import { createMarkdownParser } from "../parser.ts";
import { getWikiLink, type WikiLink } from "../wiki-links.ts";
import { wikiPath } from "../wiki-paths.ts";
import { highlightCode } from "./code.ts";

/** Metadata collected while rendering. */
export interface RenderEnv extends Env {
  /** Languages of code blocks whose grammars are not loaded yet. */
  missingLanguages: Set<string>;
  /** The first line of the block that is rendered. */
  firstLine: number;
}

/** Rules get an untyped environment. `renderBlocks`, the only caller of the renderer, passes this type. */
const toRenderEnv = (env: unknown) => env as RenderEnv;

/** Creates the shared parser with code highlighting and links. Its HTML must be sanitized before it is displayed. */
export function createRenderer(): MarkdownIt {
  const markdown = createMarkdownParser();
  const { escapeHtml } = markdown.utils;
  const { rules } = markdown.renderer;

  rules["fence"] = (tokens, index, _options, env) => {
    const { content = "", info = "" } = tokens[index] ?? {};
    // HedgeDoc numbers lines with `js=1`.
    const language = /^[^\s{,=]*/.exec(info.trim())?.[0].toLowerCase() ?? "";
    if (language === "mermaid") return `<pre class="diagram"><code>${escapeHtml(content)}</code></pre>\n`;
    if (language === "math") return `<pre class="math-display"><code>${escapeHtml(content)}</code></pre>\n`;
    const code = highlightCode(content, language, toRenderEnv(env).missingLanguages) ?? escapeHtml(content);
    const label = language === "" ? "" : ` data-language="${escapeHtml(language)}"`;
    return `<pre class="code"${label}><code>${code}</code></pre>\n`;
  };
  rules["wiki_link"] = (tokens, index) => {
    const [token] = tokens.slice(index, index + 1);
    const link = token && getWikiLink(token);
    return link === undefined ? escapeHtml(token?.content ?? "") : wikiLinkHtml(link, escapeHtml);
  };
  const renderImage = rules["image"];
  rules["image"] = (tokens, index, ...rest) => {
    const [token] = tokens.slice(index, index + 1);
    if (token !== undefined) applyImageSize(token);
    return renderImage?.(tokens, index, ...rest) ?? "";
  };
  // The page's CSP forbids inline styles.
  for (const name of ["th_open", "td_open"]) {
    rules[name] = (tokens, index, options, _env, self) => {
      const [token] = tokens.slice(index, index + 1);
      const align = /text-align:(\w+)/.exec(String(token?.attrGet("style") ?? ""))?.[1];
      if (token !== undefined && align !== undefined) token.attrs = [["align", align]];
      return self.renderToken(tokens, index, options);
    };
  }
  return markdown;
}

const imageExtension = /\.(?:avif|bmp|gif|jpe?g|png|svg|webp)$/i;

/** Renders a wiki link or an embedded image. Other embeds become links with the class `embed`. */
function wikiLinkHtml({ target, label, isEmbed }: WikiLink, escapeHtml: (text: string) => string): string {
  const path = wikiPath(target.replace(/#.*$/s, ""));
  const name = (label ?? "").trim() || target.trim().replaceAll("#", " › ").replace(/^ › /, "");
  if (isEmbed && path !== null && imageExtension.test(path.slice(0, -2))) {
    // `![[a.png|300]]` and `![[a.png|300x200]]` set the image size.
    const [, width, height] = /^(\d{1,4})(?:x(\d{1,4}))?$/.exec(label?.trim() ?? "") ?? [];
    const size = (width ? ` width="${width}"` : "") + (height ? ` height="${height}"` : "");
    const alt = width ? target.trim() : name;
    return `<img src="${escapeHtml(path)}" alt="${escapeHtml(alt)}"${size}>`;
  }
  const heading = /#([^#^]+)$/.exec(target)?.[1];
  const href = (path ?? "") + (heading === undefined ? "" : `#${toSlug(heading)}`);
  if (href === "") return escapeHtml(name);
  const kind = isEmbed && path !== null ? ' class="embed"' : "";
  return `<a${kind} href="${escapeHtml(href)}">${escapeHtml(name)}</a>`;
}
