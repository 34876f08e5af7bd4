import { renderBlocks } from "@mdreader/markdown/render";
import { describe, expect, it } from "vitest";

import { findChangedBlocks } from "./protocol.ts";

describe("changed blocks", () => {
  it("returns the same HTML for unchanged text, even when lines are added above", () => {
    const before = renderBlocks("one\n\n- [ ] two\n\nthree\n").blocks;
    const after = renderBlocks("one\n\nand a half\n\n- [ ] two\n\nthree\n").blocks;
    expect(findChangedBlocks(before, after)).toEqual({
      keepBefore: 1,
      keepAfter: 2,
      blocks: ["<p>and a half</p>\n"],
    });
    expect(findChangedBlocks(before, before)).toEqual({ keepBefore: 3, keepAfter: 0, blocks: [] });
  });
});
