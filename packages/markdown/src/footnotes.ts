import { footnote } from "@mdit/plugin-footnote";
import type { MarkdownIt, StateCore, Token } from "markdown-it";

/** A footnote in the order of references: defined elsewhere under its label, or written inline. */
interface FootnoteEntry {
  label?: string;
  count?: number;
  content?: string;
  tokens?: Token[];
}

const reference = /\[\^[^\]\s]{1,200}\]/y;

/**
 * Footnotes, `[^1]` and `^[inline]`. Replaces two rules of the plugin: one takes quadratic time for unclosed brackets,
 * the other fails for very long footnotes and mixes up nested ones.
 */
export function footnotePlugin(markdown: MarkdownIt): void {
  markdown.use(footnote);
  markdown.inline.ruler.before("footnote_ref", "footnote_guard", (state, silent) => {
    const { src, pos } = state;
    if (!src.startsWith("[^", pos)) return false;
    reference.lastIndex = pos;
    if (reference.test(src)) return false;
    if (!silent) state.pending += "[^";
    state.pos += "[^".length;
    return true;
  });
  markdown.core.ruler.at("footnoteTail", moveToEnd);
}

/** Moves footnotes that have references to the end of the text, and removes the others. */
function moveToEnd(state: StateCore): void {
  const { Token } = state;
  const body: Token[] = [];
  const definitions = new Map<string, Token[]>();
  const open: { label: string; tokens: Token[] }[] = [];
  for (const token of state.tokens) {
    if (token.type === "footnote_reference_open")
      open.push({ label: String(token.meta?.["label"]), tokens: [] });
    else if (token.type !== "footnote_reference_close") (open.at(-1)?.tokens ?? body).push(token);
    else {
      const closed = open.pop();
      if (closed !== undefined) definitions.set(closed.label, closed.tokens);
    }
  }
  state.tokens = body;
  // The plugin's own rules create this property.
  const { list } = (state.env["footnotes"] ?? {}) as { list?: FootnoteEntry[] };
  if (list === undefined) return;

  const push = (type: string, nesting: -1 | 0 | 1, meta: Token["meta"] = null) => {
    const token = new Token(type, "", nesting);
    token.meta = meta;
    body.push(token);
  };
  push("footnote_block_open", 1);
  for (const [id, { label, count = 0, content = "", tokens }] of list.entries()) {
    push("footnote_open", 1, { id, label });
    const written = tokens === undefined ? definitions.get(label ?? "") : wrapInline(Token, content, tokens);
    for (const token of written ?? []) body.push(token);
    const last = body.at(-1)?.type === "paragraph_close" ? body.pop() : undefined;
    for (let subId = 0; subId < Math.max(1, count); subId++) push("footnote_anchor", 0, { id, subId, label });
    if (last !== undefined) body.push(last);
    push("footnote_close", -1);
  }
  push("footnote_block_close", -1);
}

function wrapInline(TokenClass: typeof Token, content: string, children: Token[]): Token[] {
  const inline = new TokenClass("inline", "", 0);
  Object.assign(inline, { content, children });
  const [open, close] = [
    new TokenClass("paragraph_open", "p", 1),
    new TokenClass("paragraph_close", "p", -1),
  ];
  for (const token of [open, close]) token.block = true;
  return [open, inline, close];
}
