/** The id of a character: its client and clock. */
export interface Id {
  client: number;
  clock: number;
}

/** A struct of an update. Text and removed text have neighbors; the other kinds only occupy clocks. */
export type RawStruct =
  | { kind: "text"; text: string; origin: Id | null; rightOrigin: Id | null }
  | { kind: "removed"; length: number; origin: Id | null; rightOrigin: Id | null }
  | { kind: "collected"; length: number }
  | { kind: "skip"; length: number };

/** Consecutive structs of a client, starting at a clock. */
export interface RawBlock extends Id {
  structs: readonly RawStruct[];
}

/** The deletions in a client's text, in the order of the encoding. */
export interface RawDeletions {
  client: number;
  ranges: readonly { clock: number; length: number }[];
}

const infoBits = { collected: 0, removed: 1, text: 4, skip: 10 };
const hasOrigin = 128;
const hasRightOrigin = 64;

/** Encodes an update in the V1 encoding without any validation. */
export function encodeUpdate(
  blocks: readonly RawBlock[],
  deletions: readonly RawDeletions[] = [],
): Uint8Array {
  const bytes: number[] = [];
  const writeUint = (value: number) => {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
    bytes.push(rest);
  };
  const writeString = (text: string) => {
    const utf8 = new TextEncoder().encode(text);
    writeUint(utf8.length);
    for (const byte of utf8) bytes.push(byte);
  };
  const writeId = ({ client, clock }: Id) => {
    writeUint(client);
    writeUint(clock);
  };
  const writeStruct = (struct: RawStruct) => {
    if (struct.kind === "collected" || struct.kind === "skip") {
      bytes.push(infoBits[struct.kind]);
      return writeUint(struct.length);
    }
    const { origin, rightOrigin } = struct;
    const neighbors = (origin === null ? 0 : hasOrigin) | (rightOrigin === null ? 0 : hasRightOrigin);
    bytes.push(infoBits[struct.kind] | neighbors);
    if (origin !== null) writeId(origin);
    if (rightOrigin !== null) writeId(rightOrigin);
    if (neighbors === 0) {
      writeUint(1);
      writeString("content");
    }
    if (struct.kind === "text") writeString(struct.text);
    else writeUint(struct.length);
  };
  writeUint(blocks.length);
  for (const { client, clock, structs } of blocks) {
    writeUint(structs.length);
    writeId({ client, clock });
    structs.forEach(writeStruct);
  }
  writeUint(deletions.length);
  for (const { client, ranges } of deletions) {
    writeUint(client);
    writeUint(ranges.length);
    for (const { clock, length } of ranges) {
      writeUint(clock);
      writeUint(length);
    }
  }
  return Uint8Array.from(bytes);
}

/**
 * Encodes letters that a client inserts before each other at the start of a text. Yjs compares each of them with all
 * letters that clients with smaller ids concurrently inserted there.
 */
export const encodePrepended = (client: number, count: number): Uint8Array =>
  encodeUpdate([{ client, clock: 0, structs: createLetters(client, count, 1) }]);

/**
 * Encodes an update of `2 * count` letters that is expensive to apply and that no writer creates: one client inserts
 * letters before each other, and another client inserts a letter before each of these, as if it didn't know its other
 * letters.
 */
export const encodeContested = (count: number): Uint8Array =>
  encodeUpdate([
    { client: 2, clock: 0, structs: createLetters(2, count, 1) },
    { client: 1, clock: 0, structs: createLetters(2, count, 0) },
  ]);

const createLetters = (client: number, count: number, shift: number): RawStruct[] =>
  Array.from({ length: count }, (_, n) => ({
    kind: "text",
    text: "x",
    origin: null,
    rightOrigin: n < shift ? null : { client, clock: n - shift },
  }));
