import { describe, expect, it } from "vitest";

import { toCjkBigrams } from "./cjk-bigrams.ts";
import { parseTerms } from "./terms.ts";

describe("terms", () => {
  it("are the distinct parts between blanks, the one for the index first", () => {
    expect(parseTerms(" a_ Foo_Bar  Foo_Bar\tx => ")).toMatchObject({
      patterns: ["%Foo\\_Bar%", "%a\\_%", "%=>%", "%x%"],
      indexed: true,
      longest: "Foo_Bar",
      caseless: false,
    });
  });

  it("have wildcards taken for what they are", () => {
    expect(parseTerms("100%_\\")?.patterns).toEqual(["%100\\%\\_\\\\%"]);
  });

  it("of scripts without blanks are looked up by their pairs", () => {
    expect(parseTerms("全文検 3月")).toMatchObject({
      pairs: ["全文", "文検", "3月"],
      indexed: true,
      caseless: true,
    });
    expect(parseTerms("全文")).toMatchObject({ pairs: ["全文"], indexed: false });
    expect(parseTerms("全")).toMatchObject({ pairs: [], indexed: false });
  });

  it("are nothing to look for, where all are one or two letters", () => {
    expect(parseTerms("a bc 7")).toBeNull();
    expect(parseTerms("a bc ->")).not.toBeNull();
  });
});

describe("pairs", () => {
  it("are of neighbours, at least one of them Chinese, Japanese or Korean", () => {
    expect(toCjkBigrams("3月のT恤", "データ。中、a文 ab 𠀀𠀁 한글 ニ")).toEqual(
      "3月 月の のt t恤 デー ータ a文 𠀀𠀁 한글".split(" "),
    );
  });

  it("do not span title and text", () => {
    expect(toCjkBigrams("全", "文")).toEqual([]);
  });

  it("are none in other scripts", () => {
    expect(toCjkBigrams("Übergröße", "naïve привет สวัสดี")).toEqual([]);
  });
});
