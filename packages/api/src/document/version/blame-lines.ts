import { maxAttributionMs } from "./attributions.ts";
import type { Authorship, Authored } from "./authorship.ts";

/** Text that one client wrote in one go, as it stands in the document. */
export interface TextRun {
  clientId: number;
  clock: number;
  text: string;
}

/** Lines that follow each other and were written alike, within a few minutes. */
export interface LineRange {
  /** The first of them, from 1. */
  line: number;
  lines: number;
  text: string;
  /** Who wrote last in each of them, and when in the last of them. */
  attribution: Authored;
  /** Who else wrote in them. */
  others: Authored[];
}

/** A line that is being read. */
interface OpenLine {
  text: string;
  /** By writer, the last that each of them wrote. */
  authors: Map<string, Authored>;
}

/**
 * Who wrote each line of a text, given its stretches in order. A line is who wrote last in it; its line break counts
 * only where there is nothing else, so that who breaks a line in two has not written both.
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
      // A CR ends a line by itself, unless the LF behind it was written by somebody else.
      if (open.text.endsWith("\r") && run !== "\n") end();
      if (!/^[\r\n]/.test(run) || open.text === "") addAuthor(open.authors, written);
      open.text += run;
      if (run.endsWith("\n")) end();
    }
  }
  if (open.text !== "") end();
  return ranges;
}

/** The stretches, cut where one writer or moment ends and another begins. */
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
