import { stripVTControlCharacters, styleText } from "node:util";

import type { FailureReport } from "./failure.ts";
import { getTerminal } from "./terminal.ts";

type Style = Parameters<typeof styleText>[0];

/** Prints results as text or, with `--json`, as JSON. */
export interface Output {
  readonly json: boolean;
  /** Prints the result of a command: JSON, or the return value of `text`. */
  result(value: unknown, text: () => string): void;
  /** Prints one of a stream of results: a line of JSON, or the return value of `text` unless it is empty. */
  event(value: unknown, text: () => string): void;
  /** Prints a message to stderr, except with `--json`. */
  note(message: string): void;
  /** Prints a message to stderr that the person must act on, even with `--json`. */
  request(message: string): void;
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
      if (!json) getTerminal().stderr.write(`${message}\n`);
    },
    request(message) {
      getTerminal().stderr.write(`${message}\n`);
    },
    failure(failure, more = {}) {
      if (json) write(JSON.stringify({ error: failure, ...more }, null, 2));
      else getTerminal().stderr.write(`${formatValue(failure)}\n`);
    },
  };
}

function write(text: string): void {
  if (text !== "") getTerminal().stdout.write(`${text}\n`);
}

function formatValue({ message, hint, fieldErrors = {}, candidates = [] }: FailureReport): string {
  const fields = Object.entries(fieldErrors).flatMap(([field, problems]) =>
    problems.map((problem) => `  ${field === "" ? "input" : field}: ${problem}`),
  );
  return [
    `${styleForTerminal(getTerminal().stderr, "red", "Error:")} ${message}`,
    ...fields,
    ...candidates.map(({ id, name }) => `  ${id}  ${toOneLine(name)}`),
    ...(hint === undefined ? [] : [hint]),
  ].join("\n");
}

/** Styles text for stdout; no effect without a terminal or with NO_COLOR. */
export function applyStyle(style: Style, text: string): string {
  return styleForTerminal(getTerminal().stdout, style, text);
}

/** Before version 22.13, Node ignores the stream, and would style the text of files and pipes. */
function styleForTerminal(
  stream: NodeJS.WritableStream & { isTTY?: boolean },
  style: Style,
  text: string,
): string {
  const isPlain = stream.isTTY !== true && getTerminal().env["FORCE_COLOR"] === undefined;
  return isPlain ? text : styleText(style, text, { stream });
}

/** Prints a document's text byte for byte, or on a terminal without control sequences. */
export function printText(text: string): void {
  const { stdout } = getTerminal();
  stdout.write(stdout.isTTY ? stripControl(text) : text);
}

/** Removes control sequences from the server's text; keeps line breaks and tabs. */
export function stripControl(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\n\t]/gu, "");
}

/** Like `stripControl`, but on one line: line breaks become spaces. */
export function toOneLine(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}+/gu, " ");
}

/**
 * Formats a table with columns as wide as their widest cell. On a terminal, the widest columns are cut until the lines
 * fit, but never the last one, which is usually an ID.
 */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows].map((row) => row.map(toOneLine));
  const widths = fitToTerminal(
    headings.map((_, column) => Math.max(...cells.map((row) => measureWidth(row[column] ?? "")))),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [applyStyle("bold", lines[0] ?? ""), ...lines.slice(1)].join("\n");
}

/** A column that is cut remains at least this wide. */
const minCutWidth = 20;

function fitToTerminal(natural: readonly number[]): number[] {
  const { isTTY, columns } = getTerminal().stdout;
  const widths = [...natural];
  if (isTTY !== true || columns === undefined) return widths;
  const cut = widths.length > 1 ? widths.slice(0, -1) : widths;
  let excess = widths.reduce((sum, width) => sum + width + 2, -2) - columns;
  while (excess > 0) {
    const widest = cut.indexOf(Math.max(...cut));
    const width = cut[widest] ?? 0;
    if (width <= minCutWidth) break;
    cut[widest] = width - 1;
    excess -= 1;
  }
  return cut.length === widths.length ? cut : [...cut, ...widths.slice(-1)];
}

function pad(cell: string, width: number): string {
  const natural = measureWidth(cell);
  if (natural <= width) return cell + " ".repeat(width - natural);
  let kept = "";
  let used = 1;
  segmenter ??= new Intl.Segmenter();
  for (const { segment } of segmenter.segment(cell)) {
    const next = used + measureWidth(segment);
    if (next > width) break;
    kept += segment;
    used = next;
  }
  return `${kept}…${" ".repeat(width - used)}`;
}

const isWideCharacter =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}/u;

// Created when they are needed, because loading their data takes longer than the rest of the help.
let segmenter: Intl.Segmenter | undefined;
let relativeTime: Intl.RelativeTimeFormat | undefined;

/** The width of a text in terminal columns. */
function measureWidth(text: string): number {
  let width = 0;
  segmenter ??= new Intl.Segmenter();
  for (const { segment } of segmenter.segment(text)) width += isWideCharacter.test(segment) ? 2 : 1;
  return width;
}

/** `1 file`, `2 files`. */
export const formatCount = (number: number, one: string, many = `${one}s`) =>
  `${number} ${number === 1 ? one : many}`;

const timeUnits = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;
const maxRelativeMs = 28 * 86_400_000;

/** A time relative to now, such as `3 hours ago`; the date if it is more than four weeks away. */
export function formatTime(timestamp: string, now = Date.now()): string {
  const difference = Date.parse(timestamp) - now;
  if (Math.abs(difference) > maxRelativeMs) return timestamp.slice(0, 10);
  const unit = timeUnits.find(([, milliseconds]) => Math.abs(difference) >= milliseconds);
  if (unit === undefined) return difference <= 0 ? "just now" : "in a moment";
  relativeTime ??= new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  return relativeTime.format(Math.trunc(difference / unit[1]), unit[0]);
}

const byteUnits = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** A number of bytes with up to one decimal, such as `1.5 MB`. */
export function formatBytes(bytes: number): string {
  const power = Math.min(byteUnits.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat("en", {
    style: "unit",
    unit: byteUnits[power] ?? "byte",
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** power);
}
