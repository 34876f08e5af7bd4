import type { Authorship, Written } from "./authorship.ts";
import { spanTime } from "./spans.ts";

/** Text that one client wrote in one go, as it stands in the document. */
export interface Stretch {
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
  written: Written;
  /** Who else wrote in them. */
  others: Written[];
}

/** A line that is being read. */
interface OpenLine {
  text: string;
  /** By writer, the last that each of them wrote. */
  writers: Map<string, Written>;
}

/**
 * Who wrote each line of a text, given its stretches in order. A line is who wrote last in it; its line break counts
 * only where there is nothing else, so that who breaks a line in two has not written both.
 */
export function linesWritten(stretches: Iterable<Stretch>, authorship: Authorship): LineRange[] {
  const ranges: LineRange[] = [];
  let open: OpenLine = { text: "", writers: new Map() };
  let count = 0;
  const end = () => {
    count += 1;
    addLine(ranges, count, open);
    open = { text: "", writers: new Map() };
  };
  for (const { text, written } of pieces(stretches, authorship)) {
    for (const piece of text.match(/[^\r\n]+|\r\n?|\n/g) ?? []) {
      // A CR ends a line by itself, unless the LF behind it was written by somebody else.
      if (open.text.endsWith("\r") && piece !== "\n") end();
      if (!/^[\r\n]/.test(piece) || open.text === "") note(open.writers, written);
      open.text += piece;
      if (piece.endsWith("\n")) end();
    }
  }
  if (open.text !== "") end();
  return ranges;
}

/** The stretches, cut where one writer or moment ends and another begins. */
function* pieces(
  stretches: Iterable<Stretch>,
  authorship: Authorship,
): Generator<{ text: string; written: Written }> {
  for (const { clientId, clock, text } of stretches) {
    for (let at = 0; at < text.length;) {
      const { written, until } = authorship.of(clientId, clock + at);
      const end = Math.min(text.length, until - clock);
      yield { text: text.slice(at, end), written };
      at = end;
    }
  }
}

const nameOf = ({ authorId, tool }: Written) => `${authorId} ${tool ?? ""}`;

const isLater = (one: Written, other: Written) =>
  one.at > other.at || (one.at === other.at && one.seq > other.seq);

function note(writers: Map<string, Written>, written: Written): void {
  const name = nameOf(written);
  const before = writers.get(name);
  if (before === undefined || isLater(written, before)) writers.set(name, written);
}

function addLine(ranges: LineRange[], line: number, { text, writers }: OpenLine): void {
  const all = [...writers.values()].toSorted((a, b) => (isLater(a, b) ? -1 : 1));
  const [written, ...others] = all;
  if (written === undefined) return;
  const last = ranges.at(-1);
  if (last !== undefined && isAlike(last, { written, others })) {
    last.lines += 1;
    if (isLater(written, last.written)) last.written = written;
    last.text += text;
  } else ranges.push({ line, lines: 1, text, written, others });
}

function isAlike(range: LineRange, { written, others }: Pick<LineRange, "written" | "others">): boolean {
  return (
    Math.abs(range.written.at - written.at) <= spanTime &&
    nameOf(range.written) === nameOf(written) &&
    range.others.length === others.length &&
    range.others.every((other, index) => nameOf(other) === nameOf(others[index] ?? other))
  );
}
