import { array, assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";

import { createMarkdownParser, type MarkdownContents, readMarkdown, type Token } from "./index.ts";

/** Links as `kind target written`, where `written` is the text at the destination. */
const readLinks = (text: string) =>
  readMarkdown(text).links.map(
    ({ kind, target, destination: { start, end } }) => `${kind} ${target} ${text.slice(start, end)}`,
  );

describe("links", () => {
  it("are read with the positions of their destinations", () => {
    expect(readLinks('see [a](b.md "title"), ![p]( <c d.png> ) and [[no')).toEqual([
      "link b.md b.md",
      "image c%20d.png <c d.png>",
    ]);
    expect(readLinks("[![shield](s.svg)](target.md)")).toEqual([
      "link target.md target.md",
      "image s.svg s.svg",
    ]);
    expect(readLinks("[über](Größe%201/ü.md) [e](a\\_b&amp;c.md)")).toEqual([
      "link Gr%C3%B6%C3%9Fe%201/%C3%BC.md Größe%201/ü.md",
      "link a_b&c.md a\\_b&amp;c.md",
    ]);
  });

  it("are found in lists, quotes, headings, tables and footnotes", () => {
    const text = [
      "# [h](1.md) ##",
      "",
      "> quoted",
      ">   * [q](2.md)",
      "lazy [l](3.md)",
      "",
      "1.\t[tab](4.md)",
      "\tmore [m](5.md)",
      "",
      "Setext [s](6.md)",
      "---",
      "",
      "> | a \\| b | [t](7.md) |",
      "> |---|---|",
      "> | x \\| y ![c](8\\|8.png) | [d](<9 .md>) |",
      "",
      "note[^1] and ^[inline [f](11.md) [g](12.md)]",
      "",
      "[^1]: the [n](10.md)",
    ].join("\n");
    for (const source of [text, text.replaceAll("\n", "\r\n"), text.replaceAll("\n", "\r")]) {
      expect(readLinks(source)).toEqual([
        "link 1.md 1.md",
        "link 2.md 2.md",
        "link 3.md 3.md",
        "link 4.md 4.md",
        "link 5.md 5.md",
        "link 6.md 6.md",
        "link 7.md 7.md",
        "image 8%7C8.png 8\\|8.png",
        "link 9%20.md <9 .md>",
        "link 10.md 10.md",
        "link 11.md 11.md",
        "link 12.md 12.md",
      ]);
      expect(readMarkdown(source).links.map(({ line }) => line)).toEqual([
        0, 3, 4, 6, 7, 9, 12, 14, 14, 18, 16, 16,
      ]);
    }
  });

  it("are found in callouts, containers and definition lists", () => {
    const text = [
      "> [!tip]- Title [t](1.md)",
      "> body [b](2.md)",
      "",
      ":::info",
      "- [c](3.md)",
      ":::",
      "",
      "Term [d](4.md)",
      ":   Definition [e](5.md)",
      "    more [f](6.md)",
      "",
      "> Term [g](7.md)",
      ">",
      "> : x",
    ].join("\n");
    expect(readLinks(text)).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `link ${number}.md ${number}.md`));
    expect(readMarkdown(text).links.map(({ line }) => line)).toEqual([0, 1, 4, 7, 8, 9, 11]);
  });

  it("have the destination of the definition that they refer to", () => {
    const text =
      "[a] [b][A] ![p][pic]\n\n[a]: one.md 'title'\n[pic]:\n  <two 2.png>\n[a]: other.md\n[unused]: three.md\n";
    expect(readLinks(text)).toEqual([
      "link one.md one.md",
      "link one.md one.md",
      "image two%202.png <two 2.png>",
    ]);
    const { definitions } = readMarkdown(text);
    expect(definitions.map(({ label, target, line }) => [label, target, line])).toEqual([
      ["A", "one.md", 2],
      ["PIC", "two%202.png", 4],
      ["A", "other.md", 5],
      ["UNUSED", "three.md", 6],
    ]);
  });

  it("are read from raw HTML if they are displayed", () => {
    const text = [
      `<p align="center"><img alt=x src='a b.png' src="not.png"></p>`,
      `<script src="no.js"></script><video src="no.mp4"></video><!-- <img src="no.png"> -->`,
      "",
      `text <A HREF="q?a=1&amp;b.md">x</A> <img data-src="no.png" src=plain.png>`,
      "",
      "> <div>",
      "> <img src=quoted.png>",
    ].join("\n");
    expect(readLinks(text)).toEqual([
      "image a b.png a b.png",
      "link q?a=1&b.md q?a=1&amp;b.md",
      "image plain.png plain.png",
      "image quoted.png quoted.png",
    ]);
  });

  it("may be wiki links and embeds", () => {
    const text =
      "[[Note]] ![[pic 1.png|200]] [[Folder/Note#Part|label]] [[a]](b.md) [t [[x]]](c.md)\n\n| [[T\\|l]] |\n|-|\n";
    expect(readMarkdown(text).links.filter(({ syntax }) => syntax === "wiki").length).toBe(4);
    expect(readLinks(text)).toEqual([
      "link Note Note",
      "image pic 1.png pic 1.png",
      "link Folder/Note#Part Folder/Note#Part",
      "link b.md b.md",
      "link c.md c.md",
      "link T T",
    ]);
    expect(createMarkdownParser().render("see [[a|b]] & ![[*c*]]\n")).toBe(
      "<p>see [[a|b]] &amp; ![[*c*]]</p>\n",
    );
    expect(readLinks("[[a]] [[b]]\n\n[a]: x.md")).toEqual(["link x.md x.md", "link b b"]);
  });

  it("are not read from code, comments, formulas, escapes, URLs and unused footnotes", () => {
    const text = [
      "`[a](1.md)` ``![[2.png]]`` \\[a](3.md) $[a](4.md)$ <b title='[a](5.md)'>",
      "https://example.test/[a](6.md) <https://example.test/7> [x](javascript:8)",
      "",
      "```",
      "[a](9.md)",
      "```",
      "",
      "    [a](10.md)",
      "",
      "<!-- [a](11.md)",
      "",
      "[b](12.md) -->",
      "",
      "$$",
      "[a](13.md)",
      "$$",
      "",
      "![alt [a](14.md) <img src='15.png'>](shown.png)",
      "",
      "[^never]: [a](16.md)",
    ].join("\n");
    expect(readLinks(`---\ntitle: "[a](0.md)"\n---\n${text}`)).toEqual(["image shown.png shown.png"]);
  });
});

describe("headings, tasks and front matter", () => {
  it("have the correct lines with every line ending", () => {
    const text =
      "---\ntitle: A\n---\n# One\n\n- [ ] two\n  - [x] *three*\n\n>\t1. [X] four\n>\n> Five\n> ===\n";
    for (const source of [text, text.replaceAll("\n", "\r\n"), text.replaceAll("\n", "\r")]) {
      const { frontMatter, headings, tasks } = readMarkdown(source);
      expect(frontMatter?.fields).toEqual([{ name: "title", values: ["A"] }]);
      expect(headings).toEqual([
        { level: 1, text: "One", slug: "one", line: 3 },
        { level: 1, text: "Five", slug: "five", line: 10 },
      ]);
      expect(
        tasks.map(({ line, isDone, text: words, markOffset }) => [line, isDone, words, source[markOffset]]),
      ).toEqual([
        [5, false, "two", " "],
        [6, true, "*three*", "x"],
        [8, true, "four", "X"],
      ]);
    }
  });
});

const pieces = constantFrom(
  ..."[ ] ( ) ! < > ` | \\ - * # $ ^ & ~ _ : . / = \" ' a b.md ü 🙂 \t".split(" "),
  ..." |\n|\r\n|\n\n|\r|  \n|> |- |1. |    |\t".split("|"),
  ..."[a](b.md)|![p](<c d.png>)|[r]|[r][s]|\n[r]: x.md\n|\n[s]: <y z.md> 'title'\n|[[w]]|![[e|f]]".split("|"),
  ..."<img src='i.png'>|<a href=j.md>|</a>|<div>|<!--|-->|^[|[^1]|\n[^1]: |```\n|$$\n|| a | b |\n|-|-|\n".split(
    "|",
  ),
  "| a | b |\n|---|---|\n| \\| ",
  "\n---\n",
  "> [!NOTE]\n> ",
  "> [!tip]- ",
  "- [ ] ",
  "\n:::note ",
  "\n:::\n",
  "\n: ",
  "\n*[a]: b\n",
  "[^1]: [^2]: ",
  "\n[TOC]\n",
  "==",
  ":+1:",
  "א",
);
const texts = array(pieces, { maxLength: 40 }).map((parts) => parts.join(""));

/** Lists the links that the parser renders, without positions. */
function listRenderedLinks(text: string, { frontMatter }: MarkdownContents): string[] {
  const found: string[] = [];
  const visit = (token: Token) => {
    if (token.type === "link_open" && token.info !== "auto") found.push(`link ${token.attrGet("href")}`);
    if (token.type === "image") found.push(`image ${token.attrGet("src")}`);
    else token.children?.forEach(visit);
  };
  createMarkdownParser()
    .parse(text.slice(frontMatter?.length ?? 0), {})
    .forEach(visit);
  return found.filter((link) => !link.endsWith(" "));
}

describe("readMarkdown of any text", () => {
  it("returns the links that the parser renders, and destinations whose text matches them", () => {
    const { helpers, normalizeLink } = createMarkdownParser();
    assert(
      property(texts, (text) => {
        const contents = readMarkdown(text);
        const markdown = contents.links.filter(({ syntax }) => syntax === "markdown");
        expect(markdown.map(({ kind, target }) => `${kind} ${target}`)).toEqual(
          listRenderedLinks(text, contents),
        );
        for (const { syntax, target, offset, line, destination } of contents.links) {
          const written = text.slice(destination.start, destination.end);
          if (syntax === "markdown")
            expect(normalizeLink(helpers.parseLinkDestination(written, 0, written.length).str)).toBe(target);
          else expect(written).toBe(target);
          if (syntax !== "html") expect(text[offset]).toMatch(/[[!]/);
          expect(text.slice(0, offset).split(/\r\n?|\n/).length - 1).toBe(line);
        }
        for (const { markOffset, line } of contents.tasks) {
          expect(text.slice(markOffset - 1, markOffset + 2)).toMatch(/^\[[ xX]\]$/);
          expect(text.slice(0, markOffset).split(/\r\n?|\n/).length - 1).toBe(line);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("runs in linear time for adversarial input", () => {
    const bombs = [
      ":::a\n",
      "a\n: ",
      "[^",
      "~a",
      ":a",
      "*[",
      "](a ",
      "[",
      "![",
      "^[",
      "[[",
      "![[a|",
      "<a ",
      '<a "',
      "<!--",
      "$",
      "**a ",
      "> ",
      "- ",
      "`",
      "<div>",
      "|a",
      "[^1]: ",
    ];
    for (const bomb of bombs) {
      const text = `begin[^1]\n\n${bomb.repeat(20_000)}\n\n<div>\n${bomb.repeat(20_000)}\n\n[^1]: x\n\n[a](b.md)`;
      expect(readMarkdown(text).links.length).toBeLessThan(50_001);
    }
  });
});
