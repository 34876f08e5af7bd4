import type { MarkdownIt, Token } from "markdown-it";

/** A heading, for the outline. */
export interface Heading {
  level: number;
  text: string;
  /** What a link to it names, after the `#`: made as GitHub makes it. */
  slug: string;
  /** Its line in the document, from 0. */
  line: number;
}

/** The headings of `heading_open` tokens, by their lines in the text that was parsed. */
const headingNotes = new WeakMap<Token, Heading>();

/** The headings among the tokens of a text, their lines counted from `lineOffset`. */
export function collectHeadings(tokens: readonly Token[], lineOffset = 0): Heading[] {
  return tokens.flatMap((token) => {
    const heading = headingNotes.get(token);
    return heading === undefined ? [] : [{ ...heading, line: heading.line + lineOffset }];
  });
}

const dropped = /[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu;

/** What a link to the first heading of this text names. */
export const slugOf = (text: string): string =>
  text.trim().toLowerCase().replace(dropped, "").replaceAll(" ", "-") || "section";

/** As GitHub names headings: "What's new?" is `whats-new`, and the second of its name `whats-new-1`. */
function createSlugs(): (text: string) => string {
  const taken = new Map<string, number>();
  return (text) => {
    const plain = slugOf(text);
    let slug = plain;
    let count = taken.get(plain) ?? 0;
    while (taken.has(slug)) slug = `${plain}-${++count}`;
    taken.set(plain, count);
    taken.set(slug, taken.get(slug) ?? 0);
    return slug;
  };
}

/** Gives headings their anchors, and notes them. */
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
