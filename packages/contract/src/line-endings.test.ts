import { describe, expect, it } from "vitest";

import {
  countLineEndings,
  createAppendix,
  findPreferredLineEnding,
  lineStarts,
  withLineEnding,
} from "./line-endings.ts";

describe("line endings", () => {
  it("count LF, CRLF and CR as one line ending each, and nothing else", () => {
    expect(lineStarts("a\nb\r\nc\rd\u2028e\u0085f")).toEqual([0, 2, 5, 7]);
    expect(countLineEndings("a\r\n\n\r")).toBe(3);
  });

  it("prefer the most frequent one", () => {
    expect(findPreferredLineEnding("a\r\nb\r\nc\n")).toBe("\r\n");
    expect(findPreferredLineEnding("")).toBe("\n");
  });

  it.each([
    ["", "new", "new\n"],
    ["one\n", "new", "new\n"],
    ["one", "new\n", "\nnew\n"],
    ["one\r\ntwo", "a\nb", "\r\na\r\nb\r\n"],
    ["one\rtwo\r", "a\nb", "a\rb\r"],
  ])("of text appended to %j are those of the text", (text, added, expected) => {
    expect(createAppendix(text, added)).toBe(expected);
  });

  it("are all replaced", () => {
    expect(withLineEnding("a\r\nb\rc\n", "\n")).toBe("a\nb\nc\n");
  });
});
