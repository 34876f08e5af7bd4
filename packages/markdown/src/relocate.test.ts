import { describe, expect, test } from "vitest";

import { applyEdits, readMarkdown, relocateLinks } from "./index.ts";

const moves = new Map([
  ["Wiki 01.md", "Wiki.md"],
  ["Wiki 01/Set up 02.md", "Wiki/Set up.md"],
  ["Wiki 01/image.png", "Wiki/image.png"],
  ["Wiki 01/Tasks 03.csv", "Wiki/Tasks.csv"],
  ["Other.md", "Other.md"],
  ["images/a.png", "images/a.png"],
]);

/** The text of the file that was called `from`, after the moves. */
const relocate = (from: string, text: string) =>
  applyEdits(
    text,
    relocateLinks(readMarkdown(text), { from, to: moves.get(from) ?? from }, (path) => moves.get(path)),
  );

describe("a relocated text", () => {
  test("leads to the same files by their new paths", () => {
    expect(
      relocate(
        "Wiki 01.md",
        '[a](Wiki%2001/Set%20up%2002.md#first "t") ![](<Wiki 01/image.png>) <img src="Wiki%2001/image.png"> [t][r]\n\n[r]: Wiki%2001/Tasks%2003.csv',
      ),
    ).toBe(
      '[a](Wiki/Set%20up.md#first "t") ![](Wiki/image.png) <img src="Wiki/image.png"> [t][r]\n\n[r]: Wiki/Tasks.csv',
    );
  });

  test("leads to the same files from its new folder", () => {
    expect(relocate("Wiki 01/Set up 02.md", "[up](../Wiki%2001.md) ![](image.png) [x](../Other.md)")).toBe(
      "[up](../Wiki.md) ![](image.png) [x](../Other.md)",
    );
  });

  test("keeps links that still work, as they are written", () => {
    const text =
      "[a](./Other.md) [b](Other) [c](/Other.md) ![](images/./a.png) [d](https://e.org/Wiki%2001.md)";
    expect(relocate("Other.md", text)).toBe(text);
    expect(relocate("Wiki 01.md", text)).toBe(text);
  });

  test("keeps wiki links, anchors, code, and links to unknown files", () => {
    const text =
      "[[Wiki 01]] [x](#Wiki%2001.md) `[a](Wiki%2001.md)` [b](Missing%2004.md) [c](../../Wiki%2001.md)";
    expect(relocate("Other.md", text)).toBe(text);
  });
});
