import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { describeDataModel } from "../../scripts/data-model/describe.ts";

test("docs/data-model.md matches the schema (regenerate it with pnpm db:docs)", () => {
  const path = fileURLToPath(new URL("../../../../docs/data-model.md", import.meta.url));
  expect(readFileSync(path, "utf8")).toBe(describeDataModel());
});
