import { describe, expect, test } from "vitest";

import { readMarkdown } from "./index.ts";
import { renderBlocks } from "./render/index.ts";

const html = (text: string) => renderBlocks(text).blocks.join("");
const callout = (content: string) => `<div class="markdown-alert markdown-alert-note">\n${content}</div>\n`;

describe("an aside", () => {
  test("is a callout whose content is Markdown from its first line", () => {
    expect(html("<aside>\n💡 **Read** [this](a.md)\n\n- item\n</aside>\nafter")).toBe(
      `${callout('<p>💡 <strong>Read</strong> <a href="a.md">this</a></p>\n<ul>\n<li>item</li>\n</ul>\n')}<p>after</p>\n`,
    );
  });

  test("can be in a list, in another aside, and after a line of text", () => {
    expect(html("- x\n\n    <aside>\n    y\n    </aside>\n")).toContain(callout("<p>y</p>\n"));
    expect(html("<aside>\n\n<aside>\nx\n</aside>\n\ny\n</aside>")).toBe(
      callout(`${callout("<p>x</p>\n")}<p>y</p>\n`),
    );
    expect(html("text\n<aside>\nx\n</aside>")).toBe(`<p>text</p>\n${callout("<p>x</p>\n")}`);
  });

  test("that is not closed extends to the end of its container", () => {
    expect(html("> <aside>\n> x\n\ny")).toBe(
      `<blockquote>\n${callout("<p>x</p>\n")}</blockquote>\n<p>y</p>\n`,
    );
  });

  test("with attributes or other text in the line is an HTML element", () => {
    expect(html('<aside class="x">\n*a*\n</aside>')).toBe("<aside>\n*a*\n</aside>");
    expect(html("`<aside>` a <aside>b</aside>")).toBe(
      "<p><code>&lt;aside&gt;</code> a <aside>b</aside></p>\n",
    );
  });

  test("has links at the correct positions in the text", () => {
    const text = "> <aside>\r\n> 💡 [a](b.md)\r\n> </aside>\r\n";
    const [link] = readMarkdown(text).links;
    expect(text.slice(link?.destination.start, link?.destination.end)).toBe("b.md");
  });
});
