/** The id of a character: its client and clock. */
export interface Id {
  client: number;
  clock: number;
}

/** A struct of an update. Text has two neighbors; the other kinds only occupy clocks. */
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
 * An update of `2 * count` letters that is expensive to apply: one client inserts letters before each other, and each letter
 * of the other client is compared with all of them.
 */
export function encodeContested(count: number, [low, high]: readonly [number, number] = [1, 2]): Uint8Array {
  const letterBefore = (client: number, clock: number): RawStruct => ({
    kind: "text",
    text: "x",
    origin: null,
    rightOrigin: clock < 0 ? null : { client, clock },
  });
  const lettersBefore = (shift: number) =>
    Array.from({ length: count }, (_, n) => letterBefore(high, n - shift));
  return encodeUpdate([
    { client: high, clock: 0, structs: lettersBefore(1) },
    { client: low, clock: 0, structs: lettersBefore(0) },
  ]);
}
