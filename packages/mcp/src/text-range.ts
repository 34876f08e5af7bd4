import { lineStarts } from "@mdreader/contract/line-endings";
import { z } from "zod";

import { ToolFailure } from "./failure.ts";

/** Default number of UTF-16 units of a text per call. */
const defaultLength = 50_000;

/** The arguments that choose a part of a text. */
export const rangeInput = {
  startLine: z.int().min(1).optional().describe("The first line to return, instead of an offset"),
  lineCount: z.int().min(1).optional().describe("The maximum number of lines; default: all"),
  offset: z.int().min(0).optional().describe("The number of UTF-16 units to skip at the start; default: 0"),
  length: z
    .int()
    .min(1)
    .max(1_600_000)
    .default(defaultLength)
    .describe("The maximum number of UTF-16 units; lines are cut only if one is longer than this"),
};

/** A part of a text, and where the next one begins. */
export const rangeOutput = {
  text: z.string(),
  line: z.int().describe("The line in which the text begins"),
  offset: z.int().describe("The offset at which the text begins"),
  nextOffset: z.int().nullable().describe("The offset of what follows; null at the end of the document"),
  totalLength: z.int().describe("The length of the whole document"),
  totalLines: z.int(),
};

interface Range {
  startLine?: number | undefined;
  lineCount?: number | undefined;
  offset?: number | undefined;
  length: number;
}

/** Returns a part of a text. It ends at the end of a line if possible, and never inside of a character. */
export function readRange(text: string, { startLine, lineCount, offset, length }: Range) {
  if (startLine !== undefined && offset !== undefined) {
    throw new ToolFailure("BAD_INPUT", "Choose startLine or offset, not both.");
  }
  const starts = lineStarts(text);
  const first = offset === undefined ? (startLine ?? 1) - 1 : findLine(starts, offset);
  const start = alignToCharacter(text, offset ?? starts[first] ?? text.length);
  const endOfLines = lineCount === undefined ? text.length : (starts[first + lineCount] ?? text.length);
  const limit = start + length;
  const endOfLine = starts[findLine(starts, limit)] ?? 0;
  const end =
    endOfLines <= limit ? endOfLines : endOfLine > start ? endOfLine : findCharacterEnd(text, start, limit);
  return {
    text: text.slice(start, end),
    line: Math.min(first, starts.length - 1) + 1,
    offset: start,
    nextOffset: end < text.length ? end : null,
    totalLength: text.length,
    totalLines: starts.length,
  };
}

/** Returns the index of the line that contains `offset`. */
export function findLine(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Returns `index`, or the start of the character or CRLF that it is inside of. */
function alignToCharacter(text: string, index: number): number {
  const at = Math.min(index, text.length);
  return isInsideCharacter(text, at) ? at - 1 : at;
}

/** Returns the last boundary up to `limit`. A range inside of one character contains it, so that readers advance. */
function findCharacterEnd(text: string, start: number, limit: number): number {
  const end = alignToCharacter(text, limit);
  return end > start ? end : Math.min(limit + 1, text.length);
}

const isInsideCharacter = (text: string, index: number): boolean =>
  /^(?:[\ud800-\udbff][\udc00-\udfff]|\r\n)$/.test(text.slice(Math.max(index - 1, 0), index + 1));
