import { expect, it } from "vitest";

import { toExcerpts } from "./excerpts.ts";
import { findRanges } from "./fragments.ts";

const excerpt = (text: string, word: RegExp) =>
  toExcerpts(text, findRanges(text, word)).map((pieces) =>
    pieces
      .map(({ text: piece, match }) => (match ? `⟦${piece}⟧` : piece))
      .join("")
      .trim(),
  );

it("an excerpt has no Markdown syntax", () => {
  expect(excerpt("# A **guide**\n\nSee [the *guide*](https://a.test).\n", /guide/g)).toEqual([
    "A ⟦guide⟧\n\nSee the ⟦guide⟧.",
  ]);
});

it("an excerpt is not from front matter, unless only that matches", () => {
  const text = "---\ntags: [guide, trail]\nauthor: Ada\n---\n# The *guide*\n";
  expect(excerpt(text, /guide/g)).toEqual(["The ⟦guide⟧"]);
  expect(excerpt(text, /nothing/g)).toEqual(["The guide"]);
  expect(excerpt(text, /trail/g)).toEqual(["tags: [guide, ⟦trail⟧]\nauthor: Ada"]);
});

it("a rule at the beginning of a text is not front matter", () => {
  expect(excerpt("---\nSome words\n---\nmore", /nothing/g)).toEqual(["Some words\n\nmore"]);
  expect(excerpt("---\n---\n", /nothing/g)).toEqual([]);
});
