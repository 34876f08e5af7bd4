import { readFile } from "node:fs/promises";

import { describe, expect, it } from "vitest";

import { type PagePart, renderPage, type PageOptions } from "./index.ts";

/** Joins the HTML of the parts, with a placeholder for each reference. */
const joinParts = (parts: PagePart[] | null) =>
  parts?.map((part) => (typeof part === "string" ? part : `{${part.kind} ${part.path}}`)).join("") ?? null;
const render = async (text: string, options?: PageOptions) => joinParts(await renderPage(text, options));

describe("a document as a page", () => {
  it("has web links, and leaves links to documents and files to its caller", async () => {
    expect(await render("[a](https://a.test/?x=1&y=2) [b](../B.md#c) [[D#e|f]] [g](#h)")).toBe(
      '<p><a href="https://a.test/?x=1&amp;y=2" rel="noopener noreferrer nofollow">a</a> ' +
        '{link ../B.md#c}b</a> {link [[D]]#e}f</a> <a href="#h">g</a></p>\n',
    );
  });

  it("has web images, and leaves images of the workspace to its caller", async () => {
    const parts = await renderPage('![a](https://a.test/a.png) ![b "c"](img/b.png "t") ![[d.png|30x20]]');
    expect(parts).toEqual([
      '<p><img src="https://a.test/a.png" referrerpolicy="no-referrer" alt="a"> ',
      { kind: "image", path: "img/b.png", alt: 'b "c"', attributes: ' alt="b &quot;c&quot;" title="t"' },
      " ",
      { kind: "image", path: "[[d.png]]", alt: "d.png", attributes: ' alt="d.png" width="30" height="20"' },
      "</p>\n",
    ]);
  });

  it("leaves embedded documents to its caller, outside of their paragraph", async () => {
    expect(await renderPage("a ![[N & M#über uns|shown]] b")).toEqual([
      "<p>a </p>",
      { kind: "embed", path: "[[N & M]]", section: "über-uns", name: "shown" },
      "<p> b</p>\n",
    ]);
  });

  it("is a section with prefixed ids if it is embedded", async () => {
    const text = "---\na: b\n---\nx\n\n# One\n\n[o](#one)[^1]\n\n# Two\n\n[^1]: n\n";
    expect(await render(text, { section: "two", idPrefix: "e1-" })).toMatch(/^<h1 id="e1-two">Two<\/h1>\n/);
    const one = await render(text, { section: "one", idPrefix: "e1-" });
    expect(one).toContain('<a href="#e1-one">o</a>');
    expect(one).toContain('<a href="#e1-footnote1">');
    expect(await render(text, { section: null })).toMatch(/^<p>x<\/p>/);
    expect(await render(text, { section: "none" })).toBeNull();
  });

  it("has highlighted code, emoji and tasks that can't be changed", async () => {
    const html = await render("```ts\nconst a = 1;\n```\n\n:rocket: $x$\n\n- [x] done\n");
    expect(html).toContain('<span class="hljs-keyword">const</span>');
    expect(html).toContain('🚀 <code class="math-inline">x</code>');
    expect(html).toMatch(
      /<input type="checkbox" class="task-box" disabled="" aria-label="[^"]+" checked="">/,
    );
  });

  it("closes exactly the elements that each block opens", async () => {
    expect(await render("</div></main></article>\n\n<b>x <i>y\n\nz</section>\n")).toBe(
      "&lt;/main>&lt;/article>\n<p><b>x <i>y</i></b></p>\n<p>z</p>\n",
    );
    const deep = (await render("<b>".repeat(1_000))) ?? "";
    expect(deep.match(/<b>/g)?.length).toBe(deep.match(/<\/b>/g)?.length);
  });

  it("is inert regardless of the document's content", async () => {
    const hostile = await readFile(new URL("fixtures/hostile.md", import.meta.url), "utf8");
    const more =
      "<a href='java&#115;cript:x'>1</a> <a href='&#106avascript:x'>2</a> <a href=' &#1;javascript:x'>3</a> " +
      '<a href="java&NewLine;script:x">4</a> <a href="/\\evil.test">5</a> <img src="data:text/html,x" alt="&lt;b">\n';
    const parts = (await renderPage(`${hostile}\n\n${more}`)) ?? [];
    const html = parts
      .map((part) => (typeof part === "string" ? part : part.kind === "link" ? `<a${part.attributes}>` : ""))
      .join("");
    const tags = html.match(/<[^>]*>/g) ?? [];
    expect(tags.length).toBeGreaterThan(20);
    for (const tag of tags) {
      expect(tag).toMatch(/^<\/?[a-z][a-z0-9]*(?: [a-z-]+="[^"<]*")*>$/);
      expect(tag).not.toMatch(
        /^<\/?(?:script|style|svg|math|iframe|form|button|base|meta|template|object)\b/,
      );
      expect(tag).not.toMatch(/ (?:on\w+|style|srcdoc|name|autofocus)=/);
      expect(tag).not.toMatch(/ (?:href|src)="(?!https?:|mailto:|#|data:image)/);
    }
    for (const part of parts) {
      // These are looked up in the workspace, and never become addresses themselves.
      if (typeof part !== "string") expect(part.path).not.toMatch(/^(?:[a-z]+:|[/\\]{2})/i);
    }
  });
});
