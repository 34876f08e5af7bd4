import { maxAttributionMs } from "./attributions.ts";
import type { Authorship, Authored } from "./authorship.ts";

/** A run of text that one client wrote contiguously. */
export interface TextRun {
  clientId: number;
  clock: number;
  text: string;
}

/** Consecutive lines with the same authors, written within a few minutes. */
export interface LineRange {
  /** The first line, numbered from 1. */
  line: number;
  lines: number;
  text: string;
  /** The last author of each line, and the last edit time of the last line. */
  attribution: Authored;
  /** The other authors of the lines. */
  others: Authored[];
}

/** A line that is being read. */
interface OpenLine {
  text: string;
  /** The last edit of each author. */
  authors: Map<string, Authored>;
}

/**
 * Attributes each line of a text, given its runs in order. A line is attributed to its last author. Its line break
 * counts only if the line has nothing else, so that splitting a line does not attribute both halves to the
 * splitter.
 */
export function blameLines(runs: Iterable<TextRun>, authorship: Authorship): LineRange[] {
  const ranges: LineRange[] = [];
  let open: OpenLine = { text: "", authors: new Map() };
  let count = 0;
  const end = () => {
    count += 1;
    addLine(ranges, count, open);
    open = { text: "", authors: new Map() };
  };
  for (const { text, written } of splitRuns(runs, authorship)) {
    for (const run of text.match(/[^\r\n]+|\r\n?|\n/g) ?? []) {
      // A CR ends a line, unless the LF after it was written by someone else.
      if (open.text.endsWith("\r") && run !== "\n") end();
      if (!/^[\r\n]/.test(run) || open.text === "") addAuthor(open.authors, written);
      open.text += run;
      if (run.endsWith("\n")) end();
    }
  }
  if (open.text !== "") end();
  return ranges;
}

/** Splits runs at changes of author or time. */
function* splitRuns(
  runs: Iterable<TextRun>,
  authorship: Authorship,
): Generator<{ text: string; written: Authored }> {
  for (const { clientId, clock, text } of runs) {
    for (let at = 0; at < text.length;) {
      const { written, until } = authorship.find(clientId, clock + at);
      const end = Math.min(text.length, until - clock);
      yield { text: text.slice(at, end), written };
      at = end;
    }
  }
}

const authorKey = ({ authorId, tool }: Authored) => `${authorId} ${tool ?? ""}`;

const isLater = (one: Authored, other: Authored) =>
  one.at > other.at || (one.at === other.at && one.seq > other.seq);

function addAuthor(authors: Map<string, Authored>, written: Authored): void {
  const name = authorKey(written);
  const before = authors.get(name);
  if (before === undefined || isLater(written, before)) authors.set(name, written);
}

function addLine(ranges: LineRange[], line: number, { text, authors }: OpenLine): void {
  const all = [...authors.values()].toSorted((a, b) => (isLater(a, b) ? -1 : 1));
  const [written, ...others] = all;
  if (written === undefined) return;
  const last = ranges.at(-1);
  if (last !== undefined && isSameBlame(last, { attribution: written, others })) {
    last.lines += 1;
    if (isLater(written, last.attribution)) last.attribution = written;
    last.text += text;
  } else ranges.push({ line, lines: 1, text, attribution: written, others });
}

function isSameBlame(
  range: LineRange,
  { attribution, others }: Pick<LineRange, "attribution" | "others">,
): boolean {
  return (
    Math.abs(range.attribution.at - attribution.at) <= maxAttributionMs &&
    authorKey(range.attribution) === authorKey(attribution) &&
    range.others.length === others.length &&
    range.others.every((other, index) => authorKey(other) === authorKey(others[index] ?? other))
  );
}
