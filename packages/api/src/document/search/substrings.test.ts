import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { createTestApp, type TestApp } from "../../testing/index.ts";
import { createSearchFixture, type SearchFixture } from "./search.fixture.ts";

let app: TestApp;
let library: SearchFixture;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  library = await createSearchFixture(app);
});
afterAll(() => app[Symbol.asyncDispose]());

const find = (query: string) => library.find(query);

describe("substrings", () => {
  it("are found in any case", async () => {
    await library.add(
      { title: "Code", content: "call foo_bar.bazQux(7) or Übergrößenträger" },
      { title: "Other", content: "nothing" },
    );
    for (const query of ["o_bar.ba", "AZQUX(7)", "bergröß", "ÜBERGRÖSSEN".toLowerCase().replace("ss", "ß")]) {
      expect(await find(query), query).toEqual(["Code"]);
    }
  });

  it("must all occur", async () => {
    await library.add({ title: "Code", content: "alphabetical onomatopoeia" });
    expect(await find("phabet omato")).toEqual(["Code"]);
    expect(await find("phabet zomato")).toEqual([]);
  });

  it("are found in titles first", async () => {
    await library.add({ title: "gestaltung", content: "" }, { title: "newer", content: "die gestaltung" });
    expect(await find("staltun")).toEqual(["gestaltung", "newer"]);
  });

  it("of one or two letters match only the start of words", async () => {
    await library.add({ title: "one", content: "zebra" }, { title: "two", content: "lazily" });
    expect(await find("z")).toEqual([]);
    expect(await find("ze")).toEqual(["one"]);
    expect(await find("zi")).toEqual([]);
  });

  it("may be symbols", async () => {
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
  beforeEach(() =>
    library.add(
      { title: "Chinese", content: "我们用数据库保存所有文件。" },
      { title: "Japanese", content: "これは全文検索のテストです。" },
      { title: "Korean", content: "오늘은데이터베이스를 배웁니다." },
      { title: "Mixed", content: "第3章：A型のデータ、ｶﾅ" },
    ),
  );

  it.each([
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
  ])("finds %s in %j", async (query, titles) => {
    expect(await find(query)).toEqual(titles);
  });

  it("matches pairs as a sequence, not separately", async () => {
    await library.add({ title: "Apart", content: "数据 据库" });
    expect(await find("数据库")).toEqual(["Chinese"]);
  });
});

describe("a query that looks like syntax", () => {
  const long = (piece: string) => piece.repeat(500).slice(0, 500);

  it.each([
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
  ])("returns results: %j", async (query) => {
    await library.add({ title: "text", content: `before ${query} after` });
    expect(await find(query)).toEqual(["text"]);
  });

  it("returns results at any length", async () => {
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

  it.each(["", "  ", "a\0b", "\ud800", "x".repeat(501)])("rejects %j", async (query) => {
    await expect(library.page({ query })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  it.each(["e30", "!!!", "bm90aGluZw", Buffer.from('{"rank":1e99,"id":"x"}').toString("base64url")])(
    "rejects the invalid cursor %j",
    async (cursor) => {
      await expect(library.page({ query: "x", cursor })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    },
  );

  it("finds its own text", async () => {
    await library.add({ title: "Query", content: "select * from t where a like '%x\\_y%' -- & | ! :*" });
    for (const query of ["like '%x\\_y%'", "-- & | ! :*", "* from t"]) {
      expect(await find(query), query).toEqual(["Query"]);
    }
  });
});
