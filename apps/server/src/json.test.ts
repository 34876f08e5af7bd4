import * as fc from "fast-check";
import { expect, test } from "vitest";

import { parseJson } from "./json.ts";

test("valid JSON is parsed like JSON.parse does", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 10 }), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

test("brackets inside strings do not count as nesting, regardless of escapes before a quote", () => {
  for (const said of ["[".repeat(1000), `\\"${"{".repeat(1000)}`, "\\".repeat(999), '"'.repeat(99)]) {
    expect(parseJson(JSON.stringify([said, said]))).toEqual([said, said]);
  }
});

test("JSON with too many values is rejected regardless of its strings", () => {
  expect(parseJson(JSON.stringify([",".repeat(100_000)]))).toHaveLength(1);
  const many = JSON.stringify(Array.from({ length: 30_000 }, (_, n) => n));
  expect(() => parseJson(many)).toThrow(SyntaxError);
});

test("JSON that is nested too deeply is rejected", () => {
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  expect(parseJson(nested(64))).toBeInstanceOf(Array);
  for (const text of [nested(65), "[".repeat(1_000_000), `{"a":`.repeat(1_000_000), `"\\"[`, `["`]) {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  }
});
