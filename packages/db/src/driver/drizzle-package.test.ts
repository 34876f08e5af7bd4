import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

// The patch of drizzle-orm (patches/README.md): without it, Node parses 170 KB for each module that the package imports.
test("the list of drizzle-orm's exports is short", async () => {
  const path = new URL("package.json", import.meta.resolve("drizzle-orm"));
  const { exports }: { exports: object } = JSON.parse(await readFile(fileURLToPath(path), "utf8"));
  expect(JSON.stringify(exports).length).toBeLessThan(2_000);
});
