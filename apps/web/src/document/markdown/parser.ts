import { alert } from "@mdit/plugin-alert";
import { footnote } from "@mdit/plugin-footnote";
import { tex } from "@mdit/plugin-tex";
import createMarkdown, { type MarkdownIt } from "markdown-it";

import { highlighted } from "./code.ts";
import { headings, renderEnvOf } from "./headings.ts";
import { cleanHtml } from "./raw-html.ts";
import { tasks } from "./tasks.ts";

/**
 * GitHub's Markdown with footnotes, alerts, math and diagrams. Of raw HTML, what documents need is left. What
 * is made goes through `sanitize` before it is shown.
 */
export function createParser(): MarkdownIt {
  const markdown = createMarkdown({ html: true, linkify: true })
    .use(headings)
    .use(tasks)
    .use(footnote)
    .use(alert)
    .use(tex, {
      delimiters: "dollars",
      render: (source: string, display: boolean) =>
        display
          ? `<pre class="math-display"><code>${escapeHtml(source)}</code></pre>\n`
          : `<code class="math-inline">${escapeHtml(source)}</code>`,
    });
  // "e.g." and "file.rs" are no addresses; what has a scheme or begins with www is.
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false }).add("www.", {
    validate: (text, position) => /^[\w-]+(?:\.[\w-]+)+[^\s<]*/.exec(text.slice(position))?.[0].length ?? 0,
    normalize: (match) => {
      match.url = `https://${match.url}`;
    },
  });
  const { escapeHtml } = markdown.utils;
  const { rules } = markdown.renderer;

  rules["fence"] = (tokens, index, _options, env) => {
    const { content = "", info = "" } = tokens[index] ?? {};
    const language = /^[^\s{,]*/.exec(info.trim())?.[0].toLowerCase() ?? "";
    if (language === "mermaid") return `<pre class="diagram"><code>${escapeHtml(content)}</code></pre>\n`;
    if (language === "math") return `<pre class="math-display"><code>${escapeHtml(content)}</code></pre>\n`;
    const code = highlighted(content, language, renderEnvOf(env).wanted) ?? escapeHtml(content);
    const label = language === "" ? "" : ` data-language="${escapeHtml(language)}"`;
    return `<pre class="code"${label}><code>${code}</code></pre>\n`;
  };
  for (const name of ["html_block", "html_inline"])
    rules[name] = (tokens, index) => cleanHtml(tokens[index]?.content ?? "").html;
  // The page's policy allows no style in the markup.
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
