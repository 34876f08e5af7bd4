import { describe, expect, it } from "vitest";

import { renderBlocks } from "./blocks.ts";
import { loadGrammars } from "./code.ts";
import { findChangedBlocks } from "./protocol.ts";

const html = (text: string) => renderBlocks(text).blocks.join("");

describe("GitHub Flavored Markdown", () => {
  it("renders aligned tables without inline styles", () => {
    const table = html("| a | b |\n|:-:|--:|\n| 1 | 2 |\n");
    expect(table).toContain('<th align="center">a</th>');
    expect(table).toContain('<td align="right">2</td>');
    expect(table).not.toContain("style");
  });

  it("renders task lists whose checkboxes carry their line in the block", () => {
    const list = html("# A\n\n- [ ] one\n- [x] two\n  - [ ] three\n");
    expect([...list.matchAll(/data-line="(\d)"/g)].map(([, line]) => line)).toEqual(["0", "1", "2"]);
    expect(list.match(/checked=""/g)).toHaveLength(1);
  });

  it("renders strikethrough, footnotes, alerts and bare links", () => {
    expect(html("~~gone~~")).toContain("<s>gone</s>");
    expect(html("a[^1]\n\n[^1]: the note\n")).toContain("the note");
    expect(html("> [!WARNING]\n> hot\n")).toContain("markdown-alert-warning");
    expect(html("see https://example.test/a and www.example.test")).toMatch(
      /href="https:\/\/example\.test\/a".*href="https:\/\/www\.example\.test"/,
    );
    expect(html("file.rs and e.g. this")).not.toContain("href");
  });

  it("renders wiki links and embedded images", () => {
    expect(html("[[Some Note]] [[a/b#My part!|there]] [[#My part]]")).toContain(
      '<a href="[[Some Note]]">Some Note</a> <a href="[[a/b]]#my-part">there</a> <a href="#my-part">My part</a>',
    );
    expect(html("![[pic.PNG|300x20]] ![[a&b.png|A picture]]")).toContain(
      '<img src="[[pic.PNG]]" alt="pic.PNG" width="300" height="20"> <img src="[[a&amp;b.png]]" alt="A picture">',
    );
    expect(html("![[Some Note]] ![[doc.pdf#page=2]]")).toContain(
      '<a href="[[Some Note]]">Some Note</a> <a href="[[doc.pdf]]#page2">doc.pdf › page=2</a>',
    );
    expect(html('[["x" onclick="y"]]')).not.toContain('"x"');
    expect(html("`[[code]]`")).not.toContain("href");
  });

  it("keeps the source of formulas and diagrams for later rendering", () => {
    expect(html("$a<b$")).toContain('<code class="math-inline">a&lt;b</code>');
    expect(html("it costs $5 or $6")).not.toContain("math");
    expect(html("```mermaid\nA-->B\n```")).toContain('<pre class="diagram"><code>A--&gt;B\n</code></pre>');
  });

  it("allows the HTML that documents need and shows the rest as text", () => {
    expect(html('<p align="center"><img src="a.png" width=20 onerror="x()"></p>')).toContain(
      '<p align="center"><img src="a.png" width="20"></p>',
    );
    expect(html('a <kbd class="x">K</kbd><br/> <script>x()</script>')).toContain(
      "a <kbd>K</kbd><br> &lt;script>x()&lt;/script>",
    );
    expect(html("<math><style><!--</style><img title='--><script>x'>\n\nafter")).toContain("<p>after</p>");
  });

  it("highlights code once its grammar is loaded", async () => {
    const text = "```ts\nconst a = 1;\n```";
    const { wanted } = renderBlocks(text);
    expect([...wanted]).toEqual(["typescript"]);
    await loadGrammars(wanted);
    expect(html(text)).toContain("hljs-keyword");
    expect(html("```nonsense\n<b>\n```")).toContain("&lt;b&gt;");
  });

  it("does not highlight code with a very long word, and renders it immediately", async () => {
    const word = "a".repeat(99_000);
    const code = ["ts", "java", "ini"].map((language) => `\`\`\`${language}\n${word}\n\`\`\`\n`).join("\n");
    await loadGrammars(renderBlocks("```ts\n```\n```java\n```\n```ini\n```").wanted);
    expect(html(code)).not.toContain("hljs-");
    expect(html("```ts\nconst a = 1;\n```")).toContain("hljs-keyword");
  });
});

describe("renderBlocks", () => {
  it("returns the first line of each block, counting front matter", () => {
    const { blocks, lines, outline } = renderBlocks("---\ntitle: A\n---\n\n# One\n\ntext\ntext\n\n## Two\n");
    expect(lines).toEqual([0, 4, 6, 9]);
    expect(blocks[0]).toContain("<th>title</th><td>A</td>");
    expect(outline).toEqual([
      { level: 1, text: "One", slug: "one", line: 4 },
      { level: 2, text: "Two", slug: "two", line: 9 },
    ]);
  });

  it("merges the blocks wrapped by raw HTML", () => {
    const { blocks } = renderBlocks("<details>\n<summary>More</summary>\n\n- a\n\n</details>\n\nafter\n");
    expect(blocks).toHaveLength(2);
    expect(blocks[0]).toMatch(/<details>[^]*<li>a<\/li>[^]*<\/details>/);
  });

  it("gives headings the same slugs as GitHub", () => {
    const { outline } = renderBlocks("# What's new?\n# What's new?\n# Größe & `code`\n# !\n");
    expect(outline.map(({ slug }) => slug)).toEqual(["whats-new", "whats-new-1", "größe--code", "section"]);
  });

  it("returns the same HTML for unchanged text, also when lines are added above", () => {
    const before = renderBlocks("one\n\n- [ ] two\n\nthree\n").blocks;
    const after = renderBlocks("one\n\nand a half\n\n- [ ] two\n\nthree\n").blocks;
    expect(findChangedBlocks(before, after)).toEqual({
      keepBefore: 1,
      keepAfter: 2,
      blocks: ["<p>and a half</p>\n"],
    });
    expect(findChangedBlocks(before, before)).toEqual({ keepBefore: 3, keepAfter: 0, blocks: [] });
  });

  it("renders malicious input in time proportional to its length", () => {
    const beginnings = ["<a ", '<a "', "[", "![", "$", "**a ", "> ", "- ", "`", "<div>", "|a", "[^1]: "];
    const bombs = beginnings.map((beginning) => beginning.repeat(20_000));
    for (const bomb of bombs) expect(renderBlocks(`begin\n\n${bomb}`).blocks).not.toHaveLength(0);
    expect(renderBlocks(`---\n${"a: &a [*a, *a]\n".repeat(5_000)}---\n`).blocks).toHaveLength(1);
  });
});
