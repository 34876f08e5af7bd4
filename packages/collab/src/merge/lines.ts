/** A text as a sequence of numbered lines. Equal lines have equal numbers, regardless of their line breaks. */
export interface Lines {
  text: string;
  numbers: Int32Array;
  /** The start offset of each line, and the end of the text. */
  starts: Int32Array;
}

/** A half-open range of lines. */
export interface LineSpan {
  start: number;
  end: number;
}

/** Texts with a common numbering of lines. */
export interface NumberedTexts {
  texts: Lines[];
  /** For each number, whether its line is significant (1) or not (0); see `isSignificant`. */
  significant: Uint8Array;
}

const lineFeed = 10;
const carriageReturn = 13;
const space = 32;

const lineBreak = /(?:\r\n|\n|\r)$/u;

/** Removes the line break of a line. */
export const stripLineBreak = (line: string): string => line.replace(lineBreak, "");

/** Returns the line break of a line, or an empty string. */
export const readLineBreak = (line: string): string => lineBreak.exec(line)?.[0] ?? "";

/** Returns a line with its line break. */
export const readLine = ({ text, starts }: Lines, index: number): string =>
  text.slice(starts[index], starts[index + 1]);

/** Returns a line without its line break. */
export const readLineContent = (lines: Lines, index: number): string =>
  stripLineBreak(readLine(lines, index));

export const sliceLines = (lines: Lines, { start, end }: LineSpan): string[] =>
  Array.from({ length: end - start }, (_, index) => readLine(lines, start + index));

/**
 * Numbers the lines of several texts consistently. A line ends after LF, CRLF or CR. Lines are hashed in place, because
 * creating strings for hundreds of thousands of lines would take a second.
 */
export function numberLines(...texts: string[]): NumberedTexts {
  return numberPieces(texts, endsLine, (text, from, to) => {
    let end = to;
    if (end > from && text.charCodeAt(end - 1) === lineFeed) end -= 1;
    if (end > from && text.charCodeAt(end - 1) === carriageReturn) end -= 1;
    return end;
  });
}

/** Numbers the words of long lines consistently, each with the following space. */
export const numberWords = (...texts: string[]): Lines[] =>
  numberPieces(
    texts,
    (text, at) => text.charCodeAt(at) === space,
    (_text, _from, to) => to,
  ).texts;

const blank = /^\s*$/u;

/** Whether a line has letters or digits. Other lines, such as blank lines, rules and closing fences, are often repeated. */
export function isSignificant(text: string, from = 0, to = text.length): boolean {
  for (let at = from; at < to; at += 1) {
    const unit = text.charCodeAt(at);
    const isDigit = unit >= 0x30 && unit <= 0x39;
    const isLetter = (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a;
    // Outside ASCII, everything except white space counts as a letter.
    if (isDigit || isLetter || (unit > 0xa0 && !blank.test(text.charAt(at)))) return true;
  }
  return false;
}

export const isBlank = (line: string): boolean => blank.test(line);

type IsEnd = (text: string, at: number) => boolean;

function endsLine(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === lineFeed || (unit === carriageReturn && text.charCodeAt(at + 1) !== lineFeed);
}

function numberPieces(
  texts: readonly string[],
  isEnd: IsEnd,
  contentEnd: (text: string, from: number, to: number) => number,
): NumberedTexts {
  const starts = texts.map((text) => findLineStarts(text, isEnd));
  const count = starts.reduce((total, { length }) => total + length, 0);
  const table = new LineTable(texts, count);
  const numbered = texts.map((text, side) => {
    const lineStarts = starts[side] ?? new Int32Array(1);
    const numbers = new Int32Array(lineStarts.length - 1);
    for (let line = 0; line < numbers.length; line += 1) {
      const from = lineStarts[line] ?? 0;
      numbers[line] = table.numberLine(text, side, from, contentEnd(text, from, lineStarts[line + 1] ?? 0));
    }
    return { text, numbers, starts: lineStarts };
  });
  return { texts: numbered, significant: table.findSignificant() };
}

function findLineStarts(text: string, isEnd: IsEnd): Int32Array {
  let count = 1;
  for (let at = 0; at < text.length; at += 1) if (isEnd(text, at)) count += 1;
  const starts = new Int32Array(count + 1);
  let next = 1;
  for (let at = 0; at < text.length; at += 1) if (isEnd(text, at)) starts[next++] = at + 1;
  if (starts[next - 1] !== text.length) starts[next++] = text.length;
  return starts.subarray(0, next);
}

/** A secret seed, so that attackers can't create lines with equal hashes. */
const seed = Math.floor(Math.random() * 2 ** 32);

/** A hash table of text ranges with open addressing. */
class LineTable {
  private readonly texts: readonly string[];
  private readonly slots: Int32Array;
  private readonly hashes: Int32Array;
  private readonly sides: Int8Array;
  private readonly from: Int32Array;
  private readonly to: Int32Array;
  private count = 0;

  constructor(texts: readonly string[], lines: number) {
    this.texts = texts;
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * lines + 2))).fill(-1);
    this.hashes = new Int32Array(lines);
    this.sides = new Int8Array(lines);
    this.from = new Int32Array(lines);
    this.to = new Int32Array(lines);
  }

  numberLine(text: string, side: number, from: number, to: number): number {
    const hash = hashLine(text, from, to);
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot] ?? -1;
      if (entry === -1) {
        this.slots[slot] = this.count;
        this.hashes[this.count] = hash;
        this.sides[this.count] = side;
        this.from[this.count] = from;
        this.to[this.count] = to;
        return this.count++;
      }
      if (this.hashes[entry] === hash && this.isSame(entry, text, from, to)) return entry;
    }
  }

  findSignificant(): Uint8Array {
    const significant = new Uint8Array(this.count);
    for (let number = 0; number < this.count; number += 1) {
      const text = this.texts[this.sides[number] ?? 0] ?? "";
      if (isSignificant(text, this.from[number], this.to[number])) significant[number] = 1;
    }
    return significant;
  }

  private isSame(entry: number, text: string, from: number, to: number): boolean {
    const start = this.from[entry] ?? 0;
    if ((this.to[entry] ?? 0) - start !== to - from) return false;
    const other = this.texts[this.sides[entry] ?? 0] ?? "";
    for (let index = 0; index < to - from; index += 1) {
      if (other.charCodeAt(start + index) !== text.charCodeAt(from + index)) return false;
    }
    return true;
  }
}

function hashLine(text: string, from: number, to: number): number {
  let hash = seed | 0;
  for (let at = from; at < to; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0x85ebca6b);
  return hash ^ (hash >>> 16);
}
