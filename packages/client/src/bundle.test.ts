import { expect, test } from "vitest";

import { bundle } from "../test/bundle.ts";

test("a page that uses the client loads no validation, no server and no more than 40 KB", async () => {
  const { modules, gzipped } = await bundle();
  const names = modules.map((module) => module.replaceAll("\\", "/"));
  expect(names.some((name) => name.endsWith("packages/client/src/client.ts"))).toBe(true);
  expect(
    names.filter((name) => /\/(?:zod|yjs|lib0|y-protocols|postgres|drizzle-orm|ws)\//.test(name)),
  ).toEqual([]);
  expect(names.filter((name) => /\/packages\/(?:api|db)\//.test(name))).toEqual([]);
  expect(gzipped).toBeLessThan(40_000);
});
