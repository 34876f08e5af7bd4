import { describe, expect, it } from "vitest";

import { alignRendered, toRenderedRange, toSourceRange } from "./align.ts";

/** The part of the source that a part of the rendered text shows, and the other way round. */
function select(source: string, rendered: string, part: string): { source: string; rendered: string } {
  const indexes = alignRendered(source, rendered);
  const from = rendered.indexOf(part);
  const range = toSourceRange(indexes, { from, to: from + part.length });
  if (range === null) return { source: "", rendered: "" };
  const back = toRenderedRange(indexes, range);
  return {
    source: source.slice(range.from, range.to),
    rendered: back === null ? "" : rendered.slice(back.from, back.to),
  };
}

describe("a selection in the rendered text", () => {
  it.each([
    ["Some **bold** words", "Some bold words", "bold words", "bold** words"],
    ["## A heading", "A heading", "heading", "heading"],
    [
      "See [the docs](https://docs.example/doc) today",
      "See the docs today",
      "docs today",
      "docs](https://docs.example/doc) today",
    ],
    ["- [x] exactly this\n- [ ] that", "exactly this\nthat", "that", "that"],
    ["1. one\n2. two", "one\ntwo", "two", "two"],
    ["| a | b |\n|---|---|\n| left | right |", "a b left right", "right", "right"],
    ["```js\njust(js)\n```", "just(js)\n", "js", "js"],
    ["> [!NOTE]\n> Mind the gap", "Note\nMind the gap", "gap", "gap"],
    ["Fish &amp; chips", "Fish & chips", "chips", "chips"],
    ["A <kbd>key</kbd> press", "A key press", "key", "key"],
    ["Ünïcödé 漢字 👩‍🚀 end", "Ünïcödé 漢字 👩‍🚀 end", "漢字", "漢字"],
  ])("in %j finds %j", (source, rendered, part, expected) => {
    expect(select(source, rendered, part)).toEqual({ source: expected, rendered: part });
  });

  it("finds nothing in text without letters or digits", () => {
    expect(toSourceRange(alignRendered("…", "…"), { from: 0, to: 1 })).toBeNull();
  });
});
