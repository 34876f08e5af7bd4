import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { renderReference } from "../scripts/reference/render.ts";

const folder = fileURLToPath(new URL("../../../docs/reference/", import.meta.url));

test("docs/reference matches the contract (regenerate it with pnpm docs:reference)", () => {
  const pages = renderReference();
  expect(globSync("**/*.md", { cwd: folder }).toSorted()).toEqual([...pages.keys()].toSorted());
  for (const [path, text] of pages) expect(readFileSync(folder + path, "utf8"), path).toBe(text);
});
