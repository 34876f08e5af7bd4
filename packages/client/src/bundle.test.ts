import { expect, test } from "vitest";

import { bundle } from "../test/bundle.ts";

test("the client adds no validation library, no server code and at most 40 KB to a page", async () => {
  const { modules, gzipped } = await bundle();
  const names = modules.map((module) => module.replaceAll("\\", "/"));
  expect(names.some((name) => name.endsWith("packages/client/src/client.ts"))).toBe(true);
  expect(
    names.filter((name) => /\/(?:zod|yjs|lib0|y-protocols|postgres|drizzle-orm|ws)\//.test(name)),
  ).toEqual([]);
  expect(names.filter((name) => /\/packages\/(?:api|db)\//.test(name))).toEqual([]);
  expect(gzipped).toBeLessThan(40_000);
});
