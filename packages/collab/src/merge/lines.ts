/** The lines of a text as numbers, the same for lines that are the same, with or without their line break. */
export interface NumberedLines {
  numbers: Int32Array;
  /** Where each line begins; after the last, where the text ends. */
  starts: Int32Array;
}

const lineFeed = 10;
const carriageReturn = 13;
const blank = 32;

/**
 * Numbers the lines of several texts alike. A line ends after LF, CRLF or CR. Lines are hashed in place: the largest
 * documents have hundreds of thousands of them, and as many strings would take a second.
 */
export const numberLines = (...texts: string[]): NumberedLines[] => numberPieces(texts, endsLine);

/** Numbers the words of long lines alike, each with the blank behind it. */
export const numberWords = (...texts: string[]): NumberedLines[] => numberPieces(texts, endsWord);

type IsEnd = (text: string, at: number) => boolean;

function endsLine(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === lineFeed || (unit === carriageReturn && text.charCodeAt(at + 1) !== lineFeed);
}

const endsWord: IsEnd = (text, at) => text.charCodeAt(at) === blank;

function numberPieces(texts: readonly string[], isEnd: IsEnd): NumberedLines[] {
  const starts = texts.map((text) => startsIn(text, isEnd));
  const count = starts.reduce((total, { length }) => total + length, 0);
  const table = new LineTable(texts, count);
  return texts.map((text, side) => {
    const own = starts[side] ?? new Int32Array(1);
    const numbers = new Int32Array(own.length - 1);
    for (let line = 0; line < numbers.length; line += 1) {
      numbers[line] = table.number(text, side, own[line] ?? 0, own[line + 1] ?? 0);
    }
    return { numbers, starts: own };
  });
}

function startsIn(text: string, isEnd: IsEnd): Int32Array {
  let count = 1;
  for (let at = 0; at < text.length; at += 1) if (isEnd(text, at)) count += 1;
  const starts = new Int32Array(count + 1);
  let next = 1;
  for (let at = 0; at < text.length; at += 1) if (isEnd(text, at)) starts[next++] = at + 1;
  if (starts[next - 1] !== text.length) starts[next++] = text.length;
  return starts.subarray(0, next);
}

/** A seed that nobody outside knows, so that nobody can write lines that all have one hash. */
const seed = Math.floor(Math.random() * 2 ** 32);

/** A hash table with open addressing of stretches of texts. */
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

  number(text: string, side: number, from: number, to: number): number {
    const hash = hashOf(text, from, to);
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const known = this.slots[slot] ?? -1;
      if (known === -1) {
        this.slots[slot] = this.count;
        this.hashes[this.count] = hash;
        this.sides[this.count] = side;
        this.from[this.count] = from;
        this.to[this.count] = to;
        return this.count++;
      }
      if (this.hashes[known] === hash && this.isSame(known, text, from, to)) return known;
    }
  }

  private isSame(known: number, text: string, from: number, to: number): boolean {
    const start = this.from[known] ?? 0;
    if ((this.to[known] ?? 0) - start !== to - from) return false;
    const other = this.texts[this.sides[known] ?? 0] ?? "";
    for (let index = 0; index < to - from; index += 1) {
      if (other.charCodeAt(start + index) !== text.charCodeAt(from + index)) return false;
    }
    return true;
  }
}

function hashOf(text: string, from: number, to: number): number {
  let hash = seed | 0;
  for (let at = from; at < to; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0x85ebca6b);
  return hash ^ (hash >>> 16);
}
