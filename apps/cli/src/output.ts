import { stripVTControlCharacters, styleText } from "node:util";

import type { FailureReport } from "./failure.ts";

type Style = Parameters<typeof styleText>[0];

/** What is shown to whoever reads: people, or with `--json` programs. */
export interface Output {
  readonly json: boolean;
  /** The result of a command: as JSON, or in the words that `text` makes of it. */
  result(value: unknown, text: () => string): void;
  /** One of many results that come one after the other: a line of JSON, or what `text` says, if anything. */
  event(value: unknown, text: () => string): void;
  /** A remark that is no part of the result: on stderr, for people. */
  note(message: string): void;
  failure(failure: FailureReport, more?: object): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    result(value, text) {
      write(json ? JSON.stringify(value, null, 2) : text());
    },
    event(value, text) {
      write(json ? JSON.stringify(value) : text());
    },
    note(message) {
      if (!json) process.stderr.write(`${message}\n`);
    },
    failure(failure, more = {}) {
      if (json) write(JSON.stringify({ error: failure, ...more }, null, 2));
      else process.stderr.write(`${formatValue(failure)}\n`);
    },
  };
}

function write(text: string): void {
  if (text !== "") process.stdout.write(`${text}\n`);
}

function formatValue({ message, hint, fieldErrors = {} }: FailureReport): string {
  const fields = Object.entries(fieldErrors).flatMap(([field, problems]) =>
    problems.map((problem) => `  ${field === "" ? "input" : field}: ${problem}`),
  );
  return [
    `${styleText("red", "Error:", { stream: process.stderr })} ${message}`,
    ...fields,
    ...(hint === undefined ? [] : [hint]),
  ].join("\n");
}

/** Marks a part of what is written to stdout; only on a terminal, and not where NO_COLOR is set. */
export function applyStyle(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Text from the server without what would steer the terminal; line breaks and tabs stay. */
export function stripControl(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\n\t]/gu, "");
}

/** The same as one line: line breaks become spaces. */
export function toOneLine(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}+/gu, " ");
}

/** Columns under headings, as wide as their widest cell. */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows].map((row) => row.map(toOneLine));
  const widths = headings.map((_, column) =>
    Math.max(...cells.map((row) => displayWidth(row[column] ?? ""))),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - displayWidth(cell)))
      .join("  ")
      .trimEnd(),
  );
  return [applyStyle("bold", lines[0] ?? ""), ...lines.slice(1)].join("\n");
}

const isWideCharacter =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}/u;
const segmenter = new Intl.Segmenter();

/** How many columns of a terminal the text takes. */
function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += isWideCharacter.test(segment) ? 2 : 1;
  return width;
}

/** `1 file`, `2 files`. */
export const formatCount = (number: number, one: string, many = `${one}s`) =>
  `${number} ${number === 1 ? one : many}`;
