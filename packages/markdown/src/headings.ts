import type { MarkdownIt, Token } from "markdown-it";

/** A heading, for the outline. */
export interface Heading {
  level: number;
  text: string;
  /** The fragment of a link to the heading, without `#`, generated like GitHub's. */
  slug: string;
  /** Its line in the document, from 0. */
  line: number;
}

/** The headings of `heading_open` tokens. Their lines refer to the parsed text. */
const headingNotes = new WeakMap<Token, Heading>();

/** Collects the headings from a text's tokens. Adds `lineOffset` to their lines. */
export function collectHeadings(tokens: readonly Token[], lineOffset = 0): Heading[] {
  return tokens.flatMap((token) => {
    const heading = headingNotes.get(token);
    return heading === undefined ? [] : [{ ...heading, line: heading.line + lineOffset }];
  });
}

const dropped = /[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu;

/** The fragment of a link to the first heading with this text. */
export const toSlug = (text: string): string =>
  text.trim().toLowerCase().replace(dropped, "").replaceAll(" ", "-") || "section";

/** Generates fragments like GitHub: "What's new?" becomes `whats-new`, and its second occurrence `whats-new-1`. */
function createSlugs(): (text: string) => string {
  const taken = new Map<string, number>();
  return (text) => {
    const plain = toSlug(text);
    let slug = plain;
    let count = taken.get(plain) ?? 0;
    while (taken.has(slug)) slug = `${plain}-${++count}`;
    taken.set(plain, count);
    taken.set(slug, taken.get(slug) ?? 0);
    return slug;
  };
}

/** Adds anchors to headings, and records them. */
export function headingPlugin(markdown: MarkdownIt): void {
  markdown.core.ruler.push("headings", ({ tokens }) => {
    const createSlug = createSlugs();
    tokens.forEach((token, index) => {
      if (token.type !== "heading_open") return;
      const text = plainText(tokens[index + 1]?.children ?? []);
      const slug = createSlug(text);
      token.attrSet("id", slug);
      headingNotes.set(token, { level: Number(token.tag.slice(1)), text, slug, line: token.map?.[0] ?? 0 });
    });
  });
}

const isShown = new Set(["text", "code_inline", "math_inline", "wiki_link"]);

function plainText(children: readonly Token[]): string {
  return children
    .filter(({ type }) => isShown.has(type))
    .map(({ content }) => content)
    .join("")
    .trim();
}
