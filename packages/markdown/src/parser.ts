import { dl } from "@mdit/plugin-dl";
import { mark } from "@mdit/plugin-mark";
import { tex } from "@mdit/plugin-tex";
import createMarkdown, { type MarkdownIt } from "markdown-it";

import { abbreviationPlugin } from "./abbreviations.ts";
import { asidePlugin } from "./asides.ts";
import { calloutPlugin } from "./callouts.ts";
import { commentPlugin } from "./comments.ts";
import { contentsListPlugin } from "./contents-list.ts";
import { directionPlugin } from "./direction.ts";
import { emojiPlugin } from "./emoji.ts";
import { footnotePlugin } from "./footnotes.ts";
import { headingPlugin } from "./headings.ts";
import { sanitizeHtml } from "./html.ts";
import { imageSizePlugin } from "./image-sizes.ts";
import { repetitionPlugin } from "./repetition.ts";
import { scriptPlugin } from "./scripts.ts";
import { taskPlugin } from "./tasks.ts";
import { wikiLinkPlugin } from "./wiki-links.ts";

/**
 * GitHub Flavored Markdown, and the syntax of Obsidian, HedgeDoc and other programs. Raw HTML is reduced to permitted
 * elements. The rendered HTML must be sanitized before it is displayed.
 */
export function createMarkdownParser(): MarkdownIt {
  const markdown = createMarkdown({ html: true, linkify: true })
    .use(repetitionPlugin)
    .use(taskPlugin)
    .use(commentPlugin)
    .use(imageSizePlugin)
    .use(wikiLinkPlugin)
    .use(footnotePlugin)
    .use(mark)
    .use(scriptPlugin)
    .use(emojiPlugin)
    .use(dl)
    .use(abbreviationPlugin)
    .use(headingPlugin)
    .use(contentsListPlugin)
    .use(calloutPlugin)
    .use(asidePlugin)
    .use(directionPlugin)
    .use(tex, {
      delimiters: "dollars",
      render: (source: string, display: boolean) =>
        display
          ? `<pre class="math-display"><code>${escapeHtml(source)}</code></pre>\n`
          : `<code class="math-inline">${escapeHtml(source)}</code>`,
    });
  // "e.g." and "file.rs" are not links. Text with a scheme or a leading "www." is.
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false }).add("www.", {
    validate: (text, position) => /^[\w-]+(?:\.[\w-]+)+[^\s<]*/.exec(text.slice(position))?.[0].length ?? 0,
    normalize: (match) => {
      match.url = `https://${match.url}`;
    },
  });
  const { escapeHtml } = markdown.utils;
  for (const name of ["html_block", "html_inline"])
    markdown.renderer.rules[name] = (tokens, index) => sanitizeHtml(tokens[index]?.content ?? "").html;
  return markdown;
}
