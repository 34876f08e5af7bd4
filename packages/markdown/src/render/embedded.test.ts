import { expect, it } from "vitest";

import { renderBlocks, selectEmbedded } from "./index.ts";

const text = "---\ntitle: x\n---\nIntro\n\n# One\n\na\n\n## Inner\n\nb\n\n# Two\n\nc\n";
const renderEmbedded = (slug: string | null) => selectEmbedded(renderBlocks(text), slug)?.join("") ?? null;

it("an embedded document is displayed without its front matter", () => {
  expect(renderEmbedded(null)).toMatch(/^<p>Intro<\/p>[^]*<p>c<\/p>\n$/);
});

it("an embedded section ends at the next heading of its level", () => {
  expect(renderEmbedded("one")).toBe(
    '<h1 id="one">One</h1>\n<p>a</p>\n<h2 id="inner">Inner</h2>\n<p>b</p>\n',
  );
  expect(renderEmbedded("inner")).toBe('<h2 id="inner">Inner</h2>\n<p>b</p>\n');
  expect(renderEmbedded("two")).toBe('<h1 id="two">Two</h1>\n<p>c</p>\n');
  expect(renderEmbedded("missing")).toBeNull();
});

it("an embed is a link that a page can replace, and an image has its size", () => {
  const html = (source: string) => renderBlocks(source).blocks.join("");
  expect(html("![[Note#A b|shown]]")).toBe('<p><a class="embed" href="[[Note]]#a-b">shown</a></p>\n');
  expect(html("[[Note]] ![[#here]]")).toBe('<p><a href="[[Note]]">Note</a> <a href="#here">here</a></p>\n');
  expect(html("![[a.png|30x20]]")).toBe('<p><img src="[[a.png]]" alt="a.png" width="30" height="20"></p>\n');
});
