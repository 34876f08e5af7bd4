import type { MarkdownIt, StateBlock, Token } from "markdown-it";

import { upperBound, type NormalizedText } from "./lines.ts";

/**
 * The position of the content of `inline` and `html_block` tokens in the text. The parser removes prefixes such as `> `
 * and indentation from the lines, and keeps only the line numbers. The remaining content extends to the end of its
 * line, except in table cells and headings.
 */
export type Origin =
  | { kind: "lines"; first: number; text: string }
  | { kind: "heading"; line: number }
  | { kind: "cell"; row: Row; column: number };

interface Row {
  /** The start of its line, after the prefix of the blocks that contain the table, and the end of the line. */
  start: number;
  end: number;
  /** Split once for all cells. */
  cells: Cells | null;
}

/** The offsets at which the cells of a row begin, and the end of the last one. */
interface Cells {
  starts: number[];
  end: number;
}

/** Makes the parser record the origin of tokens when it creates them. */
export function recordOrigins(markdown: MarkdownIt): WeakMap<Token, Origin> {
  const origins = new WeakMap<Token, Origin>();
  const { State } = markdown.block;

  class RecordingState extends State {
    /** The most recently read lines: those before the token for paragraphs, those after it for HTML. */
    lines: Origin | null = null;
    pendingToken: Token | null = null;
    row: { token: Token; column: number; bounds: Row | null } | null = null;

    override getLines(...args: Parameters<StateBlock["getLines"]>): string {
      const text = super.getLines(...args);
      this.lines = { kind: "lines", first: args[0], text };
      if (this.pendingToken !== null) origins.set(this.pendingToken, this.lines);
      this.pendingToken = null;
      return text;
    }

    override push(...args: Parameters<StateBlock["push"]>): Token {
      const before = this.tokens.at(-1);
      const token = super.push(...args);
      // The parser reads the lines of these tokens after creating them.
      const isAhead = token.type === "html_block" || (token.type === "inline" && before?.type === "dt_open");
      this.pendingToken = isAhead ? token : null;
      if (token.type === "tr_open") this.row = { token, column: 0, bounds: null };
      const origin = token.type === "inline" && !isAhead ? this.findOrigin(before) : null;
      if (origin !== null) origins.set(token, origin);
      return token;
    }

    private findOrigin(before: Token | undefined): Origin | null {
      if (before?.type === "heading_open" && before.markup.startsWith("#"))
        return before.map === null ? null : { kind: "heading", line: before.map[0] };
      if (before?.type !== "th_open" && before?.type !== "td_open") return this.lines;
      const line = this.row?.token.map?.[0];
      if (this.row === null || line === undefined) return null;
      const start = (this.bMarks[line] ?? 0) + (this.tShift[line] ?? 0);
      this.row.bounds ??= { start, end: this.eMarks[line] ?? start, cells: null };
      return { kind: "cell", row: this.row.bounds, column: this.row.column++ };
    }
  }
  markdown.block.State = RecordingState;
  return origins;
}

/** Maps offsets in a token's content to offsets in the normalized text. */
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
  { first, text }: Origin & { kind: "lines" },
  content: string,
  source: NormalizedText,
): Locate {
  const trimmed = text.indexOf(content);
  const contentOffsets: number[] = [];
  const sourceOffsets: number[] = [];
  let at = 0;
  text.split("\n").forEach((line, index) => {
    const unindented = line.trimStart();
    contentOffsets.push(at + line.length - unindented.length);
    sourceOffsets.push(source.lineEnd(first + index) - unindented.length);
    at += line.length + 1;
  });
  return (offset) => {
    const index = Math.max(0, upperBound(contentOffsets, offset + trimmed) - 1);
    return (sourceOffsets[index] ?? 0) + offset + trimmed - (contentOffsets[index] ?? 0);
  };
}

function locateInHeading(line: number, content: string, { text, lineEnd }: NormalizedText): Locate {
  const start = lineEnd(line - 1) + 1;
  // Spaces and a closing sequence of the same characters may follow.
  let end = skipBack(text, lineEnd(line), " \t");
  const closing = skipBack(text, end, "#");
  if (closing < end && /[ \t]/.test(text[closing - 1] ?? "")) end = closing;
  const contentStart = start + text.slice(start, end).trimEnd().length - content.length;
  return (offset) => contentStart + offset;
}

function skipBack(text: string, from: number, skipped: string): number {
  let at = from;
  while (at > 0 && skipped.includes(text[at - 1] ?? "\n")) at -= 1;
  return at;
}

function locateInCell(row: Row, column: number, text: string): Locate {
  row.cells ??= splitRow(row, text);
  const { starts, end } = row.cells;
  let at = starts[column] ?? end;
  while (at < end && text[at]?.trim() === "") at += 1;
  const escapes: number[] = [];
  for (let next = at; next < end; next++) {
    if (text[next] !== "|") continue;
    if (text[next - 1] !== "\\") break;
    // The content does not include the backslash.
    escapes.push(next - 1 - at - escapes.length);
  }
  return (offset) => at + offset + upperBound(escapes, offset - 1);
}

/** Splits rows like the parser: an escaped bar is part of the text, without its backslash. */
function splitRow({ start, end }: Row, text: string): Cells {
  const line = text.slice(start, end);
  const from = start + line.length - line.trimStart().length;
  const to = start + line.trimEnd().length;
  const starts = text[from] === "|" ? [] : [from];
  for (let at = from; at < to; at++) if (text[at] === "|" && text[at - 1] !== "\\") starts.push(at + 1);
  return { starts, end: to };
}
