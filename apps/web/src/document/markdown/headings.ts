import type { Env, MarkdownIt, Token } from "markdown-it";

/** A heading, for the outline. */
export interface Heading {
  level: number;
  text: string;
  /** What a link to it names, after the `#`: made as GitHub makes it. */
  slug: string;
  /** Its line in the document, from 0. */
  line: number;
}

/** What a rendering gathers besides HTML. */
export interface RenderEnv extends Env {
  headings: Heading[];
  /** Languages of code whose grammars are not here yet. */
  wanted: Set<string>;
  /** Lines of the document before the text that is parsed. */
  lineOffset: number;
}

/** The parser's environment is whatever its caller passes; `renderBlocks`, its only one, passes this. */
export const renderEnvOf = (env: unknown) => env as RenderEnv;

const dropped = /[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu;

/** As GitHub names headings: "What's new?" is `whats-new`, and the second of its name `whats-new-1`. */
function createSlugs(): (text: string) => string {
  const taken = new Map<string, number>();
  return (text) => {
    const plain = text.trim().toLowerCase().replace(dropped, "").replaceAll(" ", "-") || "section";
    let slug = plain;
    let count = taken.get(plain) ?? 0;
    while (taken.has(slug)) slug = `${plain}-${++count}`;
    taken.set(plain, count);
    taken.set(slug, taken.get(slug) ?? 0);
    return slug;
  };
}

/** Gives headings their anchors, and notes them. */
export function headings(markdown: MarkdownIt): void {
  markdown.core.ruler.push("headings", ({ tokens, env }) => {
    const { headings: found, lineOffset } = renderEnvOf(env);
    const slugOf = createSlugs();
    tokens.forEach((token, index) => {
      if (token.type !== "heading_open") return;
      const text = textIn(tokens[index + 1]?.children ?? []);
      const slug = slugOf(text);
      token.attrSet("id", slug);
      found.push({ level: Number(token.tag.slice(1)), text, slug, line: (token.map?.[0] ?? 0) + lineOffset });
    });
  });
}

function textIn(children: readonly Token[]): string {
  return children
    .filter(({ type }) => type === "text" || type === "code_inline" || type === "math_inline")
    .map(({ content }) => content)
    .join("")
    .trim();
}
