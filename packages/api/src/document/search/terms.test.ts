import { describe, expect, it } from "vitest";

import { parseTerms } from "./terms.ts";
import { toSearchTokens } from "./tokens.ts";

describe("parseTerms", () => {
  it("returns the distinct parts between spaces, the indexed one first", () => {
    expect(parseTerms(" a_ Foo_Bar  Foo_Bar\tx => ")).toMatchObject({
      patterns: ["%Foo\\_Bar%", "%a\\_%", "%=>%", "%x%"],
      identifiers: ["foo_bar"],
      longest: "Foo_Bar",
    });
  });

  it("escapes wildcards", () => {
    expect(parseTerms("100%_\\").patterns).toEqual(["%100\\%\\_\\\\%"]);
  });

  it("uses pairs for scripts without spaces", () => {
    expect(parseTerms("全文検 3月")).toMatchObject({
      bigrams: ["全文", "文検", "3月"],
    });
    expect(parseTerms("ไป")).toMatchObject({ bigrams: ["ไป"], patterns: ["%ไป%"] });
    expect(parseTerms("全")).toMatchObject({ bigrams: [], patterns: ["%全%"] });
  });

  it("searches no substrings if all have one or two letters", () => {
    expect(parseTerms("a bc 7").patterns).toEqual([]);
    expect(parseTerms("a bc ->").patterns).not.toEqual([]);
  });

  it("takes all apostrophes for one character, and ignores soft hyphens", () => {
    expect(parseTerms("don’t").patterns).toEqual(parseTerms("don't").patterns);
    expect("Don’t, don't").toMatch(parseTerms("don't").expression);
    expect(parseTerms("Donau\u00ADdampf").patterns).toEqual(["%Donaudampf%"]);
  });
});

describe("toSearchTokens", () => {
  it("pairs adjacent characters, at least one of them of a script without blanks", () => {
    expect(toSearchTokens("3月のT恤", "データ。中、a文 ab 𠀀𠀁 한글 ニ")).toEqual(
      "3月 月の のt t恤 デー ータ a文 𠀀𠀁 한글".split(" "),
    );
    expect(toSearchTokens("ไปตลาด", "")).toEqual("ไป ปต ตล ลา าด".split(" "));
    expect(toSearchTokens("ຂ້ອຍ", "မြန်မာ ខ្មែរ བོད་ཡིག")).toContain("ཡི");
  });

  it("returns words with symbols in them, in lowercase", () => {
    expect(
      toSearchTokens(
        "C++ and C#",
        "Set `max_connections=100` (Node.js v1.2.3). See foo_bar, e.g. .NET; a + b #tag end.",
      ),
    ).toEqual(["c++", "c#", "max_connections", "node.js", "v1.2.3", "foo_bar", "e.g"]);
  });

  it("does not pair across title and text", () => {
    expect(toSearchTokens("全", "文")).toEqual([]);
  });

  it("returns nothing for plain words of other scripts", () => {
    expect(toSearchTokens("Übergröße", "naïve привет, well-known. A sentence.")).toEqual([]);
  });

  it("leaves out what is too long for a word", () => {
    expect(toSearchTokens("", `${"x".repeat(100)}.${"y".repeat(100)} ${"a.".repeat(100)}`)).toEqual([]);
  });
});
