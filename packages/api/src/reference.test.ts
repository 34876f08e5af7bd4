import { expect, test } from "vitest";

import { readPages } from "../scripts/reference/pages.ts";
import { renderReference } from "../scripts/reference/render.ts";

test("docs/reference matches the contract (regenerate it with pnpm docs:reference)", () => {
  const [pages, committed] = [renderReference(), readPages()];
  expect([...committed.keys()].toSorted()).toEqual([...pages.keys()].toSorted());
  for (const [path, text] of pages) expect(committed.get(path), path).toBe(text);
});
