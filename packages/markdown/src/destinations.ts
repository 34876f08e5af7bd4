import type { MarkdownIt, StateInline, Token } from "markdown-it";

/** A part of a text: from `start` up to but not including `end`, in UTF-16 units. */
export interface SourceRange {
  start: number;
  end: number;
}

/** The position of a link, image or tag in the content of its `inline` token. */
export interface ParsedLink {
  /** The token of the whole content. */
  inline: Token;
  start: number;
  /** Null for a tag. Meaningless if the link refers to a definition. */
  destination: SourceRange | null;
}

/** Positions recorded while a text was parsed. */
export interface ParseNotes {
  links: WeakMap<Token, ParsedLink>;
  /** The definitions of references, in order, with their destinations in the normalized text. */
  definitions: { token: Token; destination: SourceRange }[];
}

const recordedTokenTypes = new Set(["link_open", "image", "html_inline", "wiki_link"]);

/**
 * Makes the parser record the positions of link destinations, which it otherwise discards. The parser reads each
 * destination immediately before it creates the token.
 *
 * @returns A function that starts a new text and returns its notes.
 */
export function recordDestinations(markdown: MarkdownIt): () => ParseNotes {
  let notes: ParseNotes = { links: new WeakMap(), definitions: [] };
  let inline: Token | null = null;
  let destination: SourceRange | null = null;
  let label: SourceRange | null = null;
  /** The offset of the current content in the token's content. An inline footnote is parsed separately. */
  let base = 0;
  let outer: StateInline | null = null;

  const { parseLinkDestination, parseLinkLabel } = markdown.helpers;
  markdown.helpers = {
    ...markdown.helpers,
    parseLinkDestination(text, start, max) {
      const result = parseLinkDestination(text, start, max);
      destination = { start, end: result.ok ? result.pos : start };
      return result;
    },
    parseLinkLabel(state, start, disableNested) {
      const end = parseLinkLabel(state, start, disableNested);
      label = { start: start + 1, end };
      outer = state;
      return end;
    },
  };

  const { State: InlineState, parse } = markdown.inline;
  class RecordingInline extends InlineState {
    override push(...args: Parameters<StateInline["push"]>): Token {
      const token = super.push(...args);
      if (inline === null || !recordedTokenTypes.has(token.type)) return token;
      // The parser is already past the bracket of a link.
      const start = base + (token.type === "link_open" ? this.pos - 1 : this.pos);
      const shifted = destination && { start: base + destination.start, end: base + destination.end };
      notes.links.set(token, { inline, start, destination: shifted });
      return token;
    }
  }
  markdown.inline.State = RecordingInline;
  markdown.inline.parse = (content, ...rest) => {
    const saved = { destination, label, outer, base };
    const isPart = outer !== null && label !== null && outer.src.slice(label.start, label.end) === content;
    base = isPart && label !== null ? base + label.start : 0;
    [label, outer] = [null, null];
    parse.call(markdown.inline, content, ...rest);
    ({ destination, label, outer, base } = saved);
  };
  markdown.core.ruler.at("inline", ({ tokens, env }) => {
    for (const token of tokens) {
      if (token.type !== "inline" || token.children === null) continue;
      [inline, destination, label, outer, base] = [token, null, null, null, 0];
      markdown.inline.parse(token.content, markdown, env, token.children);
    }
    inline = null;
  });

  const { State: BlockState } = markdown.block;
  markdown.block.State = class extends BlockState {
    override push(...args: Parameters<InstanceType<typeof BlockState>["push"]>): Token {
      const token = super.push(...args);
      if (token.type === "reference_definition" && destination !== null)
        notes.definitions.push({ token, destination });
      return token;
    }
  };

  return () => {
    notes = { links: new WeakMap(), definitions: [] };
    [inline, destination, label, outer, base] = [null, null, null, null, 0];
    return notes;
  };
}
