import { readFile } from "node:fs/promises";

import { beforeAll, describe, expect, it } from "vitest";

import { loadEmoji } from "../emoji.ts";
import { renderBlocks } from "./blocks.ts";
import { loadGrammars } from "./code.ts";

beforeAll(loadEmoji);

/** Typical documents of various programs. Each has its HTML beside it, which `vitest --update` updates. */
describe("a document", () => {
  it.each(["readme", "decision", "meeting", "obsidian", "slides", "right-to-left"])(
    "such as fixtures/%s.md is rendered as expected",
    async (name) => {
      const text = await readFile(new URL(`fixtures/${name}.md`, import.meta.url), "utf8");
      await loadGrammars(renderBlocks(text).missingLanguages);
      const { blocks } = renderBlocks(text);
      await expect(blocks.join("\n")).toMatchFileSnapshot(`fixtures/${name}.html`);
      // Line endings of other systems make no difference.
      for (const ending of ["\r\n", "\r"])
        expect(renderBlocks(text.replaceAll("\n", ending)).blocks).toEqual(blocks);
    },
  );
});
