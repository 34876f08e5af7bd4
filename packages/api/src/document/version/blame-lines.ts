import { maxAttributionMs } from "./attributions.ts";
import type { Authorship, CharacterAuthor } from "./authorship.ts";

/** A run of text that one client wrote contiguously. */
export interface TextRun {
  clientId: number;
  clock: number;
  text: string;
}

/** Consecutive lines with the same authors, written within a few minutes. */
export interface BlameRange {
  /** The first line, numbered from 1. */
  line: number;
  lines: number;
  text: string;
  /** The last author of each line, and the last edit time of the last line. */
  attribution: CharacterAuthor;
  /** The other authors of the lines. */
  others: CharacterAuthor[];
}

/** A line that is being read. */
interface OpenLine {
  text: string;
  /** The last edit of each author. */
  authors: Map<string, CharacterAuthor>;
}

/**
 * Attributes each line of a text, given its runs in order. A line is attributed to its last author. Its line break
 * counts only if the line has nothing else, so that splitting a line does not attribute both halves to the
 * splitter.
 */
export function blameLines(runs: Iterable<TextRun>, authorship: Authorship): BlameRange[] {
  const ranges: BlameRange[] = [];
  let open: OpenLine = { text: "", authors: new Map() };
  let count = 0;
  const end = () => {
    count += 1;
    addLine(ranges, count, open);
    open = { text: "", authors: new Map() };
  };
  for (const { text, author } of splitRuns(runs, authorship)) {
    for (const run of text.match(/[^\r\n]+|\r\n?|\n/g) ?? []) {
      // A CR ends a line, unless the LF after it was written by someone else.
      if (open.text.endsWith("\r") && run !== "\n") end();
      if (!/^[\r\n]/.test(run) || open.text === "") addAuthor(open.authors, author);
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
): Generator<{ text: string; author: CharacterAuthor }> {
  for (const { clientId, clock, text } of runs) {
    for (let at = 0; at < text.length;) {
      const { author, until } = authorship.find(clientId, clock + at);
      const end = Math.min(text.length, until - clock);
      yield { text: text.slice(at, end), author };
      at = end;
    }
  }
}

const toAuthorKey = ({ authorId, tool }: CharacterAuthor) => `${authorId} ${tool ?? ""}`;

const isLater = (one: CharacterAuthor, other: CharacterAuthor) =>
  one.at > other.at || (one.at === other.at && one.seq > other.seq);

function addAuthor(authors: Map<string, CharacterAuthor>, author: CharacterAuthor): void {
  const key = toAuthorKey(author);
  const previous = authors.get(key);
  if (previous === undefined || isLater(author, previous)) authors.set(key, author);
}

function addLine(ranges: BlameRange[], line: number, { text, authors }: OpenLine): void {
  const all = [...authors.values()].toSorted((a, b) => (isLater(a, b) ? -1 : 1));
  const [author, ...others] = all;
  if (author === undefined) return;
  const last = ranges.at(-1);
  if (last !== undefined && isSameBlame(last, { attribution: author, others })) {
    last.lines += 1;
    if (isLater(author, last.attribution)) last.attribution = author;
    last.text += text;
  } else ranges.push({ line, lines: 1, text, attribution: author, others });
}

function isSameBlame(
  range: BlameRange,
  { attribution, others }: Pick<BlameRange, "attribution" | "others">,
): boolean {
  return (
    Math.abs(range.attribution.at - attribution.at) <= maxAttributionMs &&
    toAuthorKey(range.attribution) === toAuthorKey(attribution) &&
    range.others.length === others.length &&
    range.others.every((other, index) => toAuthorKey(other) === toAuthorKey(others[index] ?? other))
  );
}
