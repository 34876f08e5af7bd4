import { describe, expect, test } from "vitest";

import { readRange } from "./text-range.ts";

/** Reads a whole text in parts. */
function readParts(text: string, length: number): string[] {
  const parts: string[] = [];
  for (let offset: number | null = 0; offset !== null;) {
    const part = readRange(text, { offset, length });
    parts.push(part.text);
    offset = part.nextOffset;
  }
  return parts;
}

describe("a range of a document", () => {
  test.each([1, 2, 3, 5, 8])(
    "of %i units never cuts a character, and the next one continues it",
    (length) => {
      const text = "a😀b👍🏽c\r\n😀😀\r\n\r\nlast";
      const parts = readParts(text, length);
      expect(parts.join("")).toBe(text);
      for (const part of parts) {
        expect(part.isWellFormed()).toBe(true);
        expect(part.startsWith("\n")).toBe(false);
      }
    },
  );

  test("begins before the character that an offset is inside of", () => {
    expect(readRange("a😀b", { offset: 2, length: 3 })).toMatchObject({ offset: 1, text: "😀b" });
  });

  test("consists of whole lines, if they are short enough", () => {
    const text = "one\ntwo\nthree\nfour\n";
    const rest = { totalLength: text.length, totalLines: 5 };
    expect(readRange(text, { startLine: 2, lineCount: 2, length: 100 })).toEqual({
      text: "two\nthree\n",
      line: 2,
      offset: 4,
      nextOffset: 14,
      ...rest,
    });
    expect(readRange(text, { startLine: 2, length: 6 })).toMatchObject({ text: "two\n", nextOffset: 8 });
    expect(readRange(text, { startLine: 3, length: 4 })).toMatchObject({ text: "thre", nextOffset: 12 });
    expect(readRange(text, { startLine: 9, length: 4 })).toMatchObject({
      text: "",
      line: 5,
      nextOffset: null,
    });
    expect(readRange("", { length: 4 })).toMatchObject({
      text: "",
      line: 1,
      nextOffset: null,
      totalLines: 1,
    });
  });

  test("has either a first line or an offset", () => {
    expect(() => readRange("text", { startLine: 1, offset: 0, length: 4 })).toThrow("not both");
  });
});
