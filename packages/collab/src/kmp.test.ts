import { assert, constantFrom, integer, nat, property, string } from "fast-check";
import { expect, test } from "vitest";

import { linearIndexOf } from "./kmp.ts";

test("returns the same as indexOf, also for repetitive words", () => {
  const text = string({ unit: constantFrom("a", "b"), maxLength: 2000 });
  assert(
    property(text, nat(2000), integer({ min: 251, max: 600 }), nat(300), (all, at, length, start) => {
      const words = (all.slice(at, at + length) + "ab".repeat(300)).slice(0, length);
      const doubled = all + words + all;
      expect(linearIndexOf(doubled, words, start)).toBe(doubled.indexOf(words, start));
      expect(linearIndexOf(all, words, start)).toBe(all.indexOf(words, start));
    }),
  );
});

test("long near-matches are rejected quickly", () => {
  // `indexOf` takes most of a minute.
  const words = `${"a".repeat(50_000)}b${"a".repeat(49_999)}`;
  expect(linearIndexOf("a".repeat(1_500_000), words)).toBe(-1);
});
