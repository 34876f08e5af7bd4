import { describe, expect } from "vitest";

import { createSearchFixture, test } from "./search.fixture.ts";

describe("substrings", () => {
  test("are found in any case", async ({ library, find }) => {
    await library.add(
      { title: "Code", content: "call foo_bar.bazQux(7) or Übergrößenträger" },
      { title: "Other", content: "nothing" },
    );
    for (const query of ["o_bar.ba", "AZQUX(7)", "bergröß", "ÜBERGRÖSSEN".toLowerCase().replace("ss", "ß")]) {
      expect(await find(query), query).toEqual(["Code"]);
    }
  });

  test("must all occur", async ({ library, find }) => {
    await library.add({ title: "Code", content: "alphabetical onomatopoeia" });
    expect(await find("phabet omato")).toEqual(["Code"]);
    expect(await find("phabet zomato")).toEqual([]);
  });

  test("are found in titles first", async ({ library, find }) => {
    await library.add({ title: "gestaltung", content: "" }, { title: "newer", content: "die gestaltung" });
    expect(await find("staltun")).toEqual(["gestaltung", "newer"]);
  });

  test("of one or two letters match only the start of words", async ({ library, find }) => {
    await library.add({ title: "one", content: "zebra" }, { title: "two", content: "lazily" });
    expect(await find("z")).toEqual([]);
    expect(await find("ze")).toEqual(["one"]);
    expect(await find("zi")).toEqual([]);
  });

  test("may be symbols", async ({ library, find }) => {
    await library.add(
      { title: "arrow", content: "x => y" },
      { title: "wildcards", content: "100% a_b \\o/ '" },
    );
    expect(await find("=>")).toEqual(["arrow"]);
    expect(await find("%")).toEqual(["wildcards"]);
    expect(await find("_")).toEqual(["wildcards"]);
    expect(await find("\\")).toEqual(["wildcards"]);
    expect(await find("\\o/")).toEqual(["wildcards"]);
    expect(await find("%_")).toEqual([]);
  });
});

describe("Chinese, Japanese and Korean", () => {
  const cjk = test.extend("library", async ({ app }) => {
    const library = await createSearchFixture(app);
    await library.add(
      { title: "Chinese", content: "我们用数据库保存所有文件。" },
      { title: "Japanese", content: "これは全文検索のテストです。" },
      { title: "Korean", content: "오늘은데이터베이스를 배웁니다." },
      { title: "Mixed", content: "第3章：A型のデータ、ｶﾅ" },
    );
    return library;
  });

  cjk.for([
    ["数据", ["Chinese"]],
    ["数据库保存", ["Chinese"]],
    ["检索", []],
    ["据保", []],
    ["全文", ["Japanese"]],
    ["索の", ["Japanese"]],
    ["スト", ["Japanese"]],
    ["全文 テスト", ["Japanese"]],
    ["全文 データ", []],
    ["이터", ["Korean"]],
    ["베이스를", ["Korean"]],
    ["3章", ["Mixed"]],
    ["a型", ["Mixed"]],
    ["デー", ["Mixed"]],
    ["型", ["Mixed"]],
    ["据", ["Chinese"]],
  ] as const)("finds %s in %j", async ([query, titles], { find }) => {
    expect(await find(query)).toEqual(titles);
  });

  cjk("matches pairs as a sequence, not separately", async ({ library, find }) => {
    await library.add({ title: "Apart", content: "数据 据库" });
    expect(await find("数据库")).toEqual(["Chinese"]);
  });
});

describe("a query that looks like syntax", () => {
  const long = (piece: string) => piece.repeat(500).slice(0, 500);

  test.for([
    "'; drop table documents; --",
    "%_%",
    "\\",
    "\\\\%",
    "a & b | !c <-> d:*",
    "foo:*",
    "'quoted",
    '"two words"',
    "((((",
    "<->",
    ":*",
    "!",
    "$1 ${x} {{y}}",
    "[a-z]+(?=x)\\m\\1",
    "\u{1F389}\u{1F389}",
    "a\u0130b",
    "e\u0301\u0301",
    "1e999 0x1F -5 1.5",
    "the and or not",
    "\u200d\u200b",
    "\t\n\v x",
  ])("returns results: %j", async (query, { library, find }) => {
    await library.add({ title: "text", content: `before ${query} after` });
    expect(await find(query)).toEqual(["text"]);
  });

  test("returns results at any length", async ({ library, find }) => {
    for (const piece of [
      "x",
      "q ",
      "ab ",
      "%",
      "\\",
      "'",
      "ß",
      "語",
      "語 ",
      "\u{FDFA}",
      "\u{20000}",
      ":* & ",
    ]) {
      await library.add({ title: piece, content: long(piece) });
      expect(await find(long(piece)), piece).toContain(piece);
    }
  });

  test.for(["", "  ", "a\0b", "\ud800", "x".repeat(501)])("rejects %j", async (query, { library }) => {
    await expect(library.page({ query })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  test.for(["e30", "!!!", "bm90aGluZw", Buffer.from('{"rank":1e99,"id":"x"}').toString("base64url")])(
    "rejects the invalid cursor %j",
    async (cursor, { library }) => {
      await expect(library.page({ query: "x", cursor })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    },
  );

  test("finds its own text", async ({ library, find }) => {
    await library.add({ title: "Query", content: "select * from t where a like '%x\\_y%' -- & | ! :*" });
    for (const query of ["like '%x\\_y%'", "-- & | ! :*", "* from t"]) {
      expect(await find(query), query).toEqual(["Query"]);
    }
  });
});
