import type { MarkdownIt, Token } from "markdown-it";

/** The parsed parts of a `wiki_link` token, whose content is the link as written. */
export interface WikiLink {
  /** The part before `|`, including a heading after `#`. */
  target: string;
  /** The part after `|`, or null. */
  label: string | null;
  /** Whether the target is displayed inline: `![[picture.png]]`. */
  isEmbed: boolean;
}

const wikiLinksByToken = new WeakMap<Token, WikiLink>();

/** Returns the link of a `wiki_link` token. */
export const getWikiLink = (token: Token): WikiLink | undefined => wikiLinksByToken.get(token);

/** Code and tags take precedence over links, so links never contain their characters. */
const link = /(!?)\[\[(?!\^)([^[\]|\n`<]{1,1000})(?:\|([^[\]\n`<]{0,1000}))?\]\]/y;

/**
 * Wiki links, `[[Note#Heading|label]]`, and embeds, `![[picture.png]]`. They are rendered as written, unless the
 * renderer has its own rule. Links in Markdown's own syntax take precedence.
 */
export function wikiLinkPlugin(markdown: MarkdownIt): void {
  markdown.inline.ruler.after("image", "wiki_link", (state, silent) => {
    const { src, pos, env, linkLevel } = state;
    const opening = src.charCodeAt(pos);
    // Inside a link's label, brackets are plain text.
    if (silent || linkLevel > 0 || (opening !== bracket && opening !== exclamation)) return false;
    link.lastIndex = pos;
    const [whole, mark = "", target = "", label = null] = link.exec(src) ?? [];
    if (whole === undefined || target.trim() === "") return false;
    const { references } = env;
    if (references !== undefined && Object.hasOwn(references, markdown.utils.normalizeReference(target)))
      return false;
    const token = state.push("wiki_link", "", 0);
    token.content = whole;
    wikiLinksByToken.set(token, { target, label, isEmbed: mark === "!" });
    state.pos = pos + whole.length;
    return true;
  });
  markdown.renderer.rules["wiki_link"] = (tokens, index) =>
    markdown.utils.escapeHtml(tokens[index]?.content ?? "");
}

const bracket = "[".charCodeAt(0);
const exclamation = "!".charCodeAt(0);
