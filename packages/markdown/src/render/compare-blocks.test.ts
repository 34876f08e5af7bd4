import { describe, expect, it } from "vitest";

import { compareBlocks } from "./compare-blocks.ts";

const signs = { same: " ", added: "+", removed: "-" };
const compare = (before: string, after: string) =>
  compareBlocks(before.split(""), after.split(""))
    .map(({ kind, html }) => signs[kind] + html)
    .join("");

describe("a comparison of two texts' blocks", () => {
  it("keeps the blocks that both texts have", () => {
    expect(compare("abc", "abc")).toBe(" a b c");
    expect(compare("abcd", "axcyd")).toBe(" a-b+x c+y d");
    expect(compare("", "ab")).toBe("+a+b");
    expect(compare("ab", "")).toBe("-a-b");
  });

  it("has removed blocks before the added blocks that replace them", () => {
    expect(compare("abcz", "xyz")).toBe("-a-b-c+x+y z");
    expect(compare("pabq", "pxayq")).toBe(" p+x a-b+y q");
  });

  it("supports repeated blocks", () => {
    expect(compare("aabaa", "aaaa")).toBe(" a a-b a a");
  });

  it("removes and adds all differing blocks if there are too many", () => {
    const many = (prefix: string) => Array.from({ length: 2_500 }, (_, n) => `${prefix}${n}`);
    const compared = compareBlocks(["first", ...many("a"), "x"], ["first", ...many("b"), "x"]);
    const count = (searched: string) => compared.filter(({ kind }) => kind === searched).length;
    expect([count("same"), count("removed"), count("added")]).toEqual([2, 2_500, 2_500]);
  });
});
