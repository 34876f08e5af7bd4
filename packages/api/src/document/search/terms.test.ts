import { describe, expect, it } from "vitest";

import { toCjkBigrams } from "./cjk-bigrams.ts";
import { parseTerms } from "./terms.ts";

describe("parseTerms", () => {
  it("returns the distinct parts between spaces, the indexed one first", () => {
    expect(parseTerms(" a_ Foo_Bar  Foo_Bar\tx => ")).toMatchObject({
      patterns: ["%Foo\\_Bar%", "%a\\_%", "%=>%", "%x%"],
      indexed: true,
      longest: "Foo_Bar",
      caseless: false,
    });
  });

  it("escapes wildcards", () => {
    expect(parseTerms("100%_\\")?.patterns).toEqual(["%100\\%\\_\\\\%"]);
  });

  it("uses pairs for scripts without spaces", () => {
    expect(parseTerms("全文検 3月")).toMatchObject({
      pairs: ["全文", "文検", "3月"],
      indexed: true,
      caseless: true,
    });
    expect(parseTerms("全文")).toMatchObject({ pairs: ["全文"], indexed: false });
    expect(parseTerms("全")).toMatchObject({ pairs: [], indexed: false });
  });

  it("returns null if all terms have one or two letters", () => {
    expect(parseTerms("a bc 7")).toBeNull();
    expect(parseTerms("a bc ->")).not.toBeNull();
  });
});

describe("toCjkBigrams", () => {
  it("pairs adjacent characters, at least one of them Chinese, Japanese or Korean", () => {
    expect(toCjkBigrams("3月のT恤", "データ。中、a文 ab 𠀀𠀁 한글 ニ")).toEqual(
      "3月 月の のt t恤 デー ータ a文 𠀀𠀁 한글".split(" "),
    );
  });

  it("does not pair across title and text", () => {
    expect(toCjkBigrams("全", "文")).toEqual([]);
  });

  it("returns nothing for other scripts", () => {
    expect(toCjkBigrams("Übergröße", "naïve привет สวัสดี")).toEqual([]);
  });
});
