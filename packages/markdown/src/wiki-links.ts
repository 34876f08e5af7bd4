import type { MarkdownIt, Token } from "markdown-it";

/** What is known of a `wiki_link` token besides its content, which is the link as it is written. */
export interface WikiLink {
  /** The part before `|`, with a heading after `#` in it. */
  target: string;
  /** The part after `|`; null without one. */
  label: string | null;
  /** Whether what it names is shown in its place: `![[picture.png]]`. */
  isEmbed: boolean;
}

const wikiLinkNotes = new WeakMap<Token, WikiLink>();

/** The link of a token that is one. */
export const getWikiLink = (token: Token): WikiLink | undefined => wikiLinkNotes.get(token);

/** Code and tags go before links, so no link has their signs in it. */
const link = /(!?)\[\[(?!\^)([^[\]|\n`<]{1,1000})(?:\|([^[\]\n`<]{0,1000}))?\]\]/y;

/**
 * Wiki links, `[[Note#Heading|label]]`, and embeds, `![[picture.png]]`. They are rendered as they are written, but for a rule of
 * the renderer's own. Whatever
 * Markdown itself reads as a link stays one.
 */
export function wikiLinkPlugin(markdown: MarkdownIt): void {
  markdown.inline.ruler.after("image", "wiki_link", (state, silent) => {
    const { src, pos, env, linkLevel } = state;
    const opening = src.charCodeAt(pos);
    // Within the label of a link, brackets are only brackets.
    if (silent || linkLevel > 0 || (opening !== bracket && opening !== exclamation)) return false;
    link.lastIndex = pos;
    const [whole, mark = "", target = "", label = null] = link.exec(src) ?? [];
    if (whole === undefined || target.trim() === "") return false;
    if (env.references?.[markdown.utils.normalizeReference(target)] !== undefined) return false;
    const token = state.push("wiki_link", "", 0);
    token.content = whole;
    wikiLinkNotes.set(token, { target, label, isEmbed: mark === "!" });
    state.pos = pos + whole.length;
    return true;
  });
  markdown.renderer.rules["wiki_link"] = (tokens, index) =>
    markdown.utils.escapeHtml(tokens[index]?.content ?? "");
}

const bracket = "[".charCodeAt(0);
const exclamation = "!".charCodeAt(0);
