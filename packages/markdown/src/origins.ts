import type { MarkdownIt, StateBlock, Token } from "markdown-it";

import { upperBound, type NormalizedText } from "./lines.ts";

/**
 * Where the content of `inline` and `html_block` tokens lies in the text. The parser takes it out of lines without what
 * stands before it, such as `> ` or an indentation, and keeps the numbers of the lines only; what is left always goes on
 * to the end of its line. Cells of tables and headings end before it.
 */
export type Origin =
  | { kind: "lines"; first: number; taken: string }
  | { kind: "heading"; line: number }
  | { kind: "cell"; row: Row; column: number };

interface Row {
  /** Where its line begins, within what the table itself lies in, and where it ends. */
  start: number;
  end: number;
}

/** Has the parser note the origin of tokens as it makes them. */
export function recordOrigins(markdown: MarkdownIt): WeakMap<Token, Origin> {
  const origins = new WeakMap<Token, Origin>();
  const { State } = markdown.block;

  class NotingState extends State {
    /** The lines that were taken last: paragraphs take them before there is a token, HTML after it. */
    lines: Origin | null = null;
    waiting: Token | null = null;
    row: { token: Token; column: number } | null = null;

    override getLines(...args: Parameters<StateBlock["getLines"]>): string {
      const taken = super.getLines(...args);
      this.lines = { kind: "lines", first: args[0], taken };
      if (this.waiting !== null) origins.set(this.waiting, this.lines);
      this.waiting = null;
      return taken;
    }

    override push(...args: Parameters<StateBlock["push"]>): Token {
      const before = this.tokens.at(-1);
      const token = super.push(...args);
      this.waiting = token.type === "html_block" ? token : null;
      if (token.type === "tr_open") this.row = { token, column: 0 };
      const origin = token.type === "inline" ? this.originAfter(before) : null;
      if (origin !== null) origins.set(token, origin);
      return token;
    }

    private originAfter(before: Token | undefined): Origin | null {
      if (before?.type === "heading_open" && before.markup.startsWith("#"))
        return before.map === null ? null : { kind: "heading", line: before.map[0] };
      if (before?.type !== "th_open" && before?.type !== "td_open") return this.lines;
      const line = this.row?.token.map?.[0];
      if (this.row === null || line === undefined) return null;
      const start = (this.bMarks[line] ?? 0) + (this.tShift[line] ?? 0);
      const row = { start, end: this.eMarks[line] ?? start };
      return { kind: "cell", row, column: this.row.column++ };
    }
  }
  markdown.block.State = NotingState;
  return origins;
}

/** Finds the offset in the normalized text of each offset in a token's content. */
export type Locate = (offset: number) => number;

export function createLocator(origin: Origin, content: string, source: NormalizedText): Locate {
  switch (origin.kind) {
    case "lines":
      return locateInLines(origin, content, source);
    case "heading":
      return locateInHeading(origin.line, content, source);
    case "cell":
      return locateInCell(origin.row, origin.column, source.text);
  }
}

function locateInLines(
  { first, taken }: Origin & { kind: "lines" },
  content: string,
  source: NormalizedText,
): Locate {
  const trimmed = taken.indexOf(content);
  const begins: number[] = [];
  const places: number[] = [];
  let at = 0;
  taken.split("\n").forEach((line, index) => {
    const kept = line.trimStart();
    begins.push(at + line.length - kept.length);
    places.push(source.lineEnd(first + index) - kept.length);
    at += line.length + 1;
  });
  return (offset) => {
    const index = Math.max(0, upperBound(begins, offset + trimmed) - 1);
    return (places[index] ?? 0) + offset + trimmed - (begins[index] ?? 0);
  };
}

function locateInHeading(line: number, content: string, { text, lineEnd }: NormalizedText): Locate {
  // Spaces may follow it, and more signs of the same kind.
  const end = lineEnd(line);
  const whole = text.lastIndexOf(content, end - content.length);
  return (offset) => whole + offset;
}

/** As the parser splits rows: a bar behind a backslash is one of the text, without the backslash. */
function locateInCell({ start, end }: Row, column: number, text: string): Locate {
  const line = text.slice(start, end);
  const from = start + line.length - line.trimStart().length;
  const to = start + line.trimEnd().length;
  let left = text[from] === "|" ? column + 1 : column;
  let at = from;
  for (; at < to && left > 0; at++) if (text[at] === "|" && text[at - 1] !== "\\") left -= 1;
  while (at < to && text[at]?.trim() === "") at += 1;
  const escapes: number[] = [];
  for (let next = at; next < to; next++) {
    if (text[next] !== "|") continue;
    if (text[next - 1] !== "\\") break;
    // In the content, the backslash is left out.
    escapes.push(next - 1 - at - escapes.length);
  }
  return (offset) => at + offset + upperBound(escapes, offset - 1);
}
