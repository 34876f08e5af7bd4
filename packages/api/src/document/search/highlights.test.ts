import type { Language } from "@mdreader/contract";
import { describe, expect } from "vitest";

import { toFragments, highlight, maxMatches, findRanges } from "./fragments.ts";
import { markMatches, test as base } from "./search.fixture.ts";

const test = base
  /** The marked matches in the only hit of a query: in its title, and in its fragments, which are parts of its text. */
  .extend("marks", ({ library }) => async (query: string, content: string, title = "Untitled") => {
    await library.add({ title, content });
    const { highlightedTitle, fragments } = await library.only(query);
    expect(markMatches(highlightedTitle).text).toBe(title);
    for (const fragment of fragments) expect(content).toContain(markMatches(fragment).text);
    return {
      title: markMatches(highlightedTitle).matches,
      text: fragments.flatMap((fragment) => markMatches(fragment).matches),
    };
  });

describe("a highlight", () => {
  test("marks each matching word as it appears in the text", async ({ marks }) => {
    expect(
      await marks("organize test", "Tests, well organized; TESTED by <b>organizers</b>", "Organization"),
    ).toEqual({
      title: ["Organization"],
      text: ["Tests", "organized", "TESTED", "organizers"],
    });
  });

  test("is also in excerpts, which have no syntax and no front matter", async ({ library }) => {
    await library.add({ title: "Cluster", content: "---\ntags: [kubernetes]\n---\n# On **Kubernetes**\n" });
    const { fragments, excerpts } = await library.only("kubernetes");
    expect(markMatches(fragments[0] ?? []).text).toMatch(/^---/);
    expect(excerpts).toEqual([
      [
        { text: "On ", match: false },
        { text: "Kubernetes", match: true },
        { text: "\n", match: false },
      ],
    ]);
  });

  test("marks the whole word if the query has its prefix", async ({ marks }) => {
    expect(await marks("kuber", "on **Kubernetes**: kubectl")).toEqual({ title: [], text: ["Kubernetes"] });
  });

  test("is found next to accents, emoji, tags, control characters and several scripts", async ({ marks }) => {
    const content =
      "\u{1F680}\u{1F680} a\u0002b\u0003 Čapek’s “Résumé”—\u{20000} <i>x</i>\r\n日本語、resume &amp; end";
    expect((await marks("resume", content)).text).toEqual(["Résumé", "resume"]);
  });

  test.for<[Language, string, string, string]>([
    ["dutch", "boek", "Twee boeken.", "boeken"],
    ["french", "générale", "Les libertés généraux.", "généraux"],
    ["german", "Fluss", "Zwei Flüsse.", "Flüsse"],
    ["german", "grösser", "Viel größer.", "größer"],
    ["german", "Dampfschiff", "Ein Dampf\u00ADschiff.", "Dampf\u00ADschiff"],
    ["english", "happiness", "A happy day.", "happy"],
    ["indonesian", "baca", "Kami membaca buku.", "membaca"],
    ["russian", "книга", "Новые книги.", "книги"],
    ["english", "cafe\u0301", "The cafés of Rome", "cafés"],
  ])("marks inflections in %s: %s in %j", async ([language, query, content, marked], { library }) => {
    await library.add({ title: "Untitled", content, language });
    const { fragments } = await library.only(query);
    expect(fragments.flatMap((fragment) => markMatches(fragment).matches)).toEqual([marked]);
  });

  test("marks a title that consists of words too common to be indexed", async ({ marks }) => {
    expect(await marks("it", "Printers", "IT")).toEqual({ title: ["IT"], text: [] });
  });

  test.for(["\u0149", "\u02C6o", "\u02D0", "\u061C"])(
    "marks the other words if Postgres adds or keeps a symbol in a word: %j",
    async (odd, { marks }) => {
      expect((await marks(`${odd} boek`, `Dis ${odd} boek.`)).text).toContain("boek");
    },
  );

  test("marks each matching substring within words", async ({ marks }) => {
    expect(await marks("oo_b az(", "foo_bar.baz() and FOO_BAZ(", "foo_b")).toEqual({
      title: ["oo_b"],
      text: ["oo_b", "az(", "OO_B", "AZ("],
    });
    expect((await marks("検索", "これは全文検索です。")).text).toEqual(["検索"]);
  });

  test("is never HTML", async ({ library }) => {
    await library.add({ title: "<script>alert(1)</script>", content: "<img src=x onerror=alert(2)> word" });
    const hit = await library.only("alert");
    expect(hit.highlightedTitle).toEqual([
      { text: "<script>", match: false },
      { text: "alert", match: true },
      { text: "(1)</script>", match: false },
    ]);
    expect(hit.fragments).toEqual([
      [
        { text: "<img src=x onerror=", match: false },
        { text: "alert", match: true },
        { text: "(2)> word", match: false },
      ],
    ]);
  });

  test.for(["needle", "eedl", "針先", "happy", "needling"])(
    "is found deep in a long text: %s",
    async (query, { marks }) => {
      const filler = "Lorem ipsum dolor sit amet, 你好 überall. ".repeat(2500);
      const { text } = await marks(query, `${filler} a happy needle, 針先 and needles. ${filler}`);
      expect(text.length).toBeGreaterThan(0);
    },
  );

  test("is found at the end of a very long text", async ({ marks }) => {
    const { text } = await marks("theveryend", `${"Lorem ipsum dolor. ".repeat(30_000)} theveryend`);
    expect(text).toEqual(["theveryend"]);
  });

  test("is absent without a match in the text, whose start is shown", async ({ library }) => {
    const content = "The beginning of the text. ".repeat(50);
    await library.add({ title: "Only the title", content }, { title: "Nothing to see" });
    const { fragments } = await library.only("title");
    expect(fragments).toHaveLength(1);
    expect(fragments[0]?.every(({ match }) => !match)).toBe(true);
    expect(content.startsWith(markMatches(fragments[0]).text)).toBe(true);
    expect((await library.only("see")).fragments).toEqual([]);
  });
});

describe("fragments", () => {
  const words = (count: number) => "word ".repeat(count);

  test("show the passages with the most distinct matches, in text order", () => {
    const text = `${words(100)}one ${words(100)}one one ${words(100)}two one ${words(100)}one two three ${words(100)}`;
    const fragments = toFragments(text, findRanges(text, /one|two|three/g));
    expect(fragments.map((fragment) => markMatches(fragment).matches)).toEqual([
      ["one", "one"],
      ["two", "one"],
      ["one", "two", "three"],
    ]);
  });

  test("do not overlap, and avoid cutting words or characters", () => {
    const text = `${words(30)}hit ${words(5)}hit ${words(40)}hit ${"\u{1F680}".repeat(500)}`;
    const fragments = toFragments(text, findRanges(text, /hit/g)).map((fragment) => markMatches(fragment));
    expect(fragments.flatMap(({ matches }) => matches)).toEqual(["hit", "hit", "hit"]);
    for (const { text: fragment } of fragments) {
      expect(fragment.isWellFormed()).toBe(true);
      expect(fragment).toMatch(/^(word|hit)/);
      expect(fragment.length).toBeLessThan(300);
    }
  });

  test("use only the first matches, and scan each of them once", () => {
    const text = "a ".repeat(750_000);
    const ranges = findRanges(text, /a/g);
    expect(ranges).toHaveLength(maxMatches);
    expect(toFragments(text, ranges)).toHaveLength(3);
  });

  test("show the whole match if it is longer than a fragment", () => {
    const text = `a ${"x".repeat(400)} b`;
    expect(markMatches(toFragments(text, findRanges(text, /x+/g))[0]).matches).toEqual(["x".repeat(400)]);
  });

  test("contain all of their text in their pieces", () => {
    const text = "ab cd ab";
    expect(highlight(text, findRanges(text, /ab/g))).toEqual([
      { text: "ab", match: true },
      { text: " cd ", match: false },
      { text: "ab", match: true },
    ]);
  });
});
