import GithubSlugger, { slug } from "github-slugger";
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
const headingsByToken = new WeakMap<Token, Heading>();

/** Collects the headings from a text's tokens. Adds `lineOffset` to their lines. */
export function collectHeadings(tokens: readonly Token[], lineOffset = 0): Heading[] {
  return tokens.flatMap((token) => {
    const heading = headingsByToken.get(token);
    return heading === undefined ? [] : [{ ...heading, line: heading.line + lineOffset }];
  });
}

/** Returns the fragment of a link to the first heading with this text, generated like GitHub's. */
export const toSlug = (text: string): string => slug(text.trim()) || emptySlug;

const emptySlug = "section";

/** Adds anchors to headings, and records them. */
export function headingPlugin(markdown: MarkdownIt): void {
  markdown.core.ruler.push("headings", ({ tokens }) => {
    const slugger = new GithubSlugger();
    tokens.forEach((token, index) => {
      if (token.type !== "heading_open") return;
      const children = tokens[index + 1]?.children ?? [];
      const text = plainText(children, ({ content }) => content);
      // GitHub drops an emoji, but keeps the name of its short code.
      const withShortCodes = plainText(children, ({ type, markup, content }) =>
        type === "emoji" ? markup : content,
      );
      const id = slugger.slug(toSlug(withShortCodes));
      token.attrSet("id", id);
      headingsByToken.set(token, {
        level: Number(token.tag.slice(1)),
        text,
        slug: id,
        line: token.map?.[0] ?? 0,
      });
    });
  });
}

const textTokenTypes = new Set(["text", "code_inline", "math_inline", "wiki_link", "emoji"]);

function plainText(children: readonly Token[], read: (token: Token) => string): string {
  return children
    .filter(({ type }) => textTokenTypes.has(type))
    .map(read)
    .join("")
    .trim();
}
