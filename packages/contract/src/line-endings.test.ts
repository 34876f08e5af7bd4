import { describe, expect, it } from "vitest";

import { countLineEndings, lineStarts, findPreferredLineEnding, withLineEnding } from "./line-endings.ts";

describe("line endings", () => {
  it("counts LF, CRLF and CR as one end of a line each, and nothing else", () => {
    expect(lineStarts("a\nb\r\nc\rd\u2028e\u0085f")).toEqual([0, 2, 5, 7]);
    expect(countLineEndings("a\r\n\n\r")).toBe(3);
  });

  it("prefers what most lines end with", () => {
    expect(findPreferredLineEnding("a\r\nb\r\nc\n")).toBe("\r\n");
    expect(findPreferredLineEnding("")).toBe("\n");
  });

  it("replaces them all", () => {
    expect(withLineEnding("a\r\nb\rc\n", "\n")).toBe("a\nb\nc\n");
  });
});
