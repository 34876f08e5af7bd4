import { describe, expect, it } from "vitest";

import { loadEmoji } from "../emoji.ts";
import { renderBlocks } from "./blocks.ts";
import { loadGrammars } from "./code.ts";

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
      '<a class="embed" href="[[Some Note]]">Some Note</a> <a class="embed" href="[[doc.pdf]]#page2">doc.pdf › page=2</a>',
    );
    expect(html('[["x" onclick="y"]]')).not.toContain('"x"');
    expect(html("`[[code]]`")).not.toContain("href");
  });

  it("keeps the source of formulas and diagrams for later rendering", () => {
    expect(html("$a<b$")).toContain('<code class="math-inline">a&lt;b</code>');
    expect(html("it costs $5 or $6")).not.toContain("math");
    expect(html("```mermaid\nA-->B\n```")).toContain('<pre class="diagram"><code>A--&gt;B\n</code></pre>');
  });

  it("renders permitted HTML, and displays the rest as text", () => {
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
    const { missingLanguages } = renderBlocks(text);
    expect([...missingLanguages]).toEqual(["typescript"]);
    await loadGrammars(missingLanguages);
    expect(html(text)).toContain("hljs-keyword");
    expect(html("```nonsense\n<b>\n```")).toContain("&lt;b&gt;");
  });

  it("does not highlight code with a very long word, and renders it immediately", async () => {
    const word = "a".repeat(99_000);
    const code = ["ts", "java", "ini"].map((language) => `\`\`\`${language}\n${word}\n\`\`\`\n`).join("\n");
    await loadGrammars(renderBlocks("```ts\n```\n```java\n```\n```ini\n```").missingLanguages);
    expect(html(code)).not.toContain("hljs-");
    expect(html("```ts\nconst a = 1;\n```")).toContain("hljs-keyword");
  });
});

describe("syntax from other programs", () => {
  it("renders all footnotes as one list, with those in footnotes and long ones", () => {
    const { blocks, lines } = renderBlocks(
      "A[^1] b[^2] c^[three].\n\n[^1]: One[^4]\n[^2]: Two\n\n    - two\n[^4]: - [^3]: x\n\nend",
    );
    expect(blocks).toHaveLength(3);
    expect(lines).toEqual([0, 8, 8]);
    expect(blocks[2]?.match(/<li id="footnote\d"/g)).toHaveLength(4);
    expect(blocks[2]).toMatch(
      /<ol class="footnotes-list">[^]*Two[^]*<li>two<\/li>[^]*three[^]*<\/ol>\s*<\/section>\s*$/,
    );
    const long = `a[^1]\n\n[^1]: x\n${"    y\n\n".repeat(50_000)}`;
    expect(renderBlocks(long).blocks).toHaveLength(2);
  });

  it("renders tasks in footnotes with their line", () => {
    const { blocks, lines } = renderBlocks("- [ ] a\n\n[^1]: x\n\n    - [ ] note\n\nb[^1]\n\n- [ ] c\n");
    const found = blocks.flatMap((block, index) =>
      Array.from(block.matchAll(/data-line="(-?\d+)"/g), ([, line]) => (lines[index] ?? 0) + Number(line)),
    );
    expect(found).toEqual([0, 8, 4]);
  });

  it("renders the callouts of GitHub and Obsidian: titled, folded and nested", () => {
    expect(html("> [!NOTE]\n> text")).toBe(
      '<div class="markdown-alert markdown-alert-note">\n<p class="markdown-alert-title">Note</p>\n<p>text</p>\n</div>\n',
    );
    const folded = html("> [!success]- My *title*\n> body\n>\n> > [!FAQ]+\n> > nested");
    expect(folded).toContain(
      '<details class="markdown-alert markdown-alert-tip">\n<summary class="markdown-alert-title">My <em>title</em></summary>\n<p>body</p>',
    );
    expect(folded).toContain(
      '<details class="markdown-alert markdown-alert-important" open="">\n<summary class="markdown-alert-title">FAQ</summary>',
    );
    expect(html("> [!mine]\n> a")).toContain(
      'markdown-alert-note">\n<p class="markdown-alert-title">Mine</p>',
    );
    expect(html("> [!x](y) a")).toContain("<blockquote>");
    expect(html("> [! x] a")).toContain("<blockquote>");
  });

  it("renders containers", () => {
    expect(html(":::warning\n*hot*\n:::\nafter")).toBe(
      '<div class="markdown-alert markdown-alert-warning">\n<p class="markdown-alert-title">Warning</p>\n<p><em>hot</em></p>\n</div>\n<p>after</p>\n',
    );
    expect(html("::: spoiler Click <me>\na\n:::")).toContain(
      '<details class="markdown-alert markdown-alert-note">\n<summary class="markdown-alert-title">Click &lt;me&gt;</summary>',
    );
    expect(html(":::tip[Use this]\na\n:::")).toContain(">Use this</p>");
    expect(html("::: {.column}\na\n:::\n\n:::cards Two\nb\n:::")).toBe(
      "<div>\n<p>a</p>\n</div>\n<div>\n<p>Two</p>\n<p>b</p>\n</div>\n",
    );
    expect(html(":::\ntext")).toBe("<p>:::\ntext</p>\n");
  });

  it("renders marks, subscript, superscript, definition lists and abbreviations", () => {
    expect(html("==new== H~2~O x^2^ ~~old~~ a~b c~ 2^3 a==b")).toBe(
      "<p><mark>new</mark> H<sub>2</sub>O x<sup>2</sup> <s>old</s> a~b c~ 2^3 a==b</p>\n",
    );
    expect(html("Term\n: One *a*\n: Two")).toBe(
      "<dl>\n<dt>Term</dt>\n<dd>One <em>a</em></dd>\n<dd>Two</dd>\n</dl>\n",
    );
    expect(html('*[HTML]: "Hyper"\n*[C++]: language\n\nHTML, XHTML, `HTML`, C++.')).toBe(
      '<p><abbr title="&quot;Hyper&quot;">HTML</abbr>, XHTML, <code>HTML</code>, <abbr title="language">C++</abbr>.</p>\n',
    );
  });

  it("renders emoji short codes once emoji are loaded, and keeps the slugs of headings", async () => {
    expect(renderBlocks("# :rocket: Go").needsEmoji).toBe(true);
    expect(renderBlocks("10:30 a::b").needsEmoji).toBe(false);
    const before = renderBlocks("# :rocket: Go").outline[0]?.slug;
    await loadEmoji();
    const { outline, needsEmoji } = renderBlocks("# :rocket: Go");
    expect(needsEmoji).toBe(false);
    expect(outline).toEqual([{ level: 1, text: "🚀 Go", slug: before, line: 0 }]);
    expect(html(":+1: :constructor: `:+1:` 10:100:20")).toBe(
      "<p>👍 :constructor: <code>:+1:</code> 10:100:20</p>\n",
    );
  });

  it("renders a table of contents at the first marker", () => {
    const list = html("[TOC]\n\n## A & b\n\n#### *C*\n\n# D\n\n[[_TOC_]]\n");
    expect(list).toContain(
      '<nav class="toc" aria-label="Contents"><ul><li><a href="#a--b">A &amp; b</a><ul><li><a href="#c">C</a></li></ul></li><li><a href="#d">D</a></li></ul></nav>',
    );
    expect(list.match(/<nav/g)).toHaveLength(1);
    expect(html("[toc]\n\n[toc]: a.md")).toBe('<p><a href="a.md">toc</a></p>\n');
  });

  it("reads front matter only if it is YAML", () => {
    expect(html("---\nFoo\n---\nBar")).toBe('<hr>\n<h2 id="foo">Foo</h2>\n<p>Bar</p>\n');
    expect(html("---\nnote: x\n\nFoo\n---\nBar")).toContain("<hr>");
    expect(html("---\n- a\n---\nBar")).toContain("<hr>");
    expect(html("---\ntags: [a, '#b']\naliases:\n  - X\n  - <Y>\nmore:\n  deep: 1\n---\n")).toBe(
      '<table class="front-matter"><tbody>' +
        '<tr><th dir="auto">tags</th><td dir="auto"><span class="tag">a</span> <span class="tag">b</span></td></tr>' +
        '<tr><th dir="auto">aliases</th><td dir="auto">X, &lt;Y&gt;</td></tr>' +
        '<tr><th dir="auto">more</th><td dir="auto">deep: 1</td></tr></tbody></table>',
    );
    // A common mistake.
    expect(html("---\ntitle: A: b\n---\n")).toContain('<td dir="auto">A: b</td>');
  });
});

describe("right-to-left text", () => {
  it("sets the direction of each block by its first letter", () => {
    expect(
      html("שלום\n\n1. **مرحبا** hello\n2. hello\n\n> [!note]\n> مرحبا\n\nEnglish עברית\n\n- a\n\n  ب\n"),
    ).toBe(
      '<p dir="rtl">שלום</p>\n' +
        '<ol dir="rtl">\n<li><strong>مرحبا</strong> hello</li>\n<li dir="ltr">hello</li>\n</ol>\n' +
        '<div class="markdown-alert markdown-alert-note" dir="rtl">\n<p class="markdown-alert-title">Note</p>\n<p>مرحبا</p>\n</div>\n' +
        "<p>English עברית</p>\n" +
        '<ul>\n<li>\n<p>a</p>\n<p dir="rtl">ب</p>\n</li>\n</ul>\n',
    );
  });
});

describe("counts", () => {
  const count = (text: string) => renderBlocks(text).counts;

  it("include only displayed text, without syntax, code blocks and front matter", () => {
    expect(count("---\na: b\n---\n# One **two**\n\n[three](four.md) `five`\n\n```\nsix\n```\n")).toEqual({
      words: 4,
      characters: 17,
      minutes: 1,
    });
    expect(count("")).toEqual({ words: 0, characters: 0, minutes: 0 });
    expect(count("don't e.g. well-known").words).toBe(3);
  });

  it("find the words of scripts without spaces", () => {
    expect(count("สวัสดีชาวโลก").words).toBeGreaterThan(1);
    expect(count("ສະບາຍດີ ភាសាខ្មែរ").words).toBeGreaterThan(1);
    expect(count("我喜欢写作。").words).toBeGreaterThan(1);
  });
});

describe("renderBlocks", () => {
  it("returns the first line of each block, counting front matter", () => {
    const { blocks, lines, outline } = renderBlocks("---\ntitle: A\n---\n\n# One\n\ntext\ntext\n\n## Two\n");
    expect(lines).toEqual([0, 4, 6, 9]);
    expect(blocks[0]).toContain('<th dir="auto">title</th><td dir="auto">A</td>');
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

  it("renders malicious input in time proportional to its length", () => {
    const beginnings = ["<a ", '<a "', "[", "![", "$", "**a ", "> ", "- ", "`", "<div>", "|a", "[^1]: "];
    beginnings.push(
      "[^",
      ":::a\n",
      ":::note\n",
      "a\n: ",
      "> [!a]\n",
      "==a ",
      "~a",
      "^\\",
      ":a",
      "*[",
      "*[a]: b\n",
      "[TOC]\n\n",
      "א\n\n",
    );
    const bombs = beginnings.map((beginning) => beginning.repeat(20_000));
    for (const bomb of bombs)
      expect(renderBlocks(`begin[^1]\n\n${bomb}\n\n[^1]: x`).blocks).not.toHaveLength(0);
    const yaml = ["a: &a [*a, *a]\n", "a:\n ", "[", "? ", "a: b\n", "{a: ", "a: b: c\n"];
    for (const part of yaml)
      expect(renderBlocks(`---\n${part.repeat(5_000)}\n---\n`).blocks).not.toHaveLength(0);
  });
});
