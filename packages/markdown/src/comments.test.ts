import { describe, expect, test } from "vitest";

import { readMarkdown } from "./index.ts";
import { renderBlocks } from "./render/index.ts";

const html = (text: string) => renderBlocks(text).blocks.join("");

describe("a comment", () => {
  test("is not displayed in a line, a heading or a cell", () => {
    expect(html("a%% x %%")).toBe("<p>a%% x %%</p>\n");
    expect(html("a %% *x* %% b %%y%%.")).toBe("<p>a  b .</p>\n");
    expect(renderBlocks("# Plan %%draft%%").outline).toMatchObject([{ text: "Plan" }]);
    expect(html("|a|\n|-|\n|b %%x%%|")).toContain("<td>b </td>");
  });

  test("can contain any blocks, also in a list or a quote, and interrupt a paragraph", () => {
    expect(html("a\n%%\n\n# x\n\n```\ny\n\n%%\nb")).toBe("<p>a</p>\n<p>b</p>\n");
    expect(html("%%x%%\n\na")).toBe("<p>a</p>\n");
    expect(html("%% x\n\ny %%\n\na")).toBe("<p>a</p>\n");
    expect(html("- a\n\n  %%\n  x\n\n  y\n  %%\n- b")).toBe(
      "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n",
    );
    expect(html("> %%\n> x\n> %%\n> a")).toBe("<blockquote>\n<p>a</p>\n</blockquote>\n");
  });

  test("is text if it is not closed, in code, and in numbers", () => {
    for (const text of [
      "%% a",
      "%%\na\n\nb",
      "> %%\n> a\n\n%%",
      "- %%\n  a\n\n%%",
      "%%%%%%",
      "100%% or 50%%",
    ])
      expect(html(text).match(/%/g)).toHaveLength(text.match(/%/g)?.length ?? 0);
    expect(html("`%%a%%`")).toContain("%%a%%");
    expect(html("```\n%%a%%\n```")).toContain("%%a%%");
    expect(html("    %%a%%")).toContain("%%a%%");
  });

  test("hides its links without shifting the positions of others", () => {
    const text = "%%\n[a](b.md)\n%%\n%%[c](d.md)%% [e](f.md)\n";
    const found = readMarkdown(text).links.map(({ destination: { start, end } }) => text.slice(start, end));
    expect(found).toEqual(["f.md"]);
  });
});
