import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createTestApp, type TestApp } from "../../testing/index.ts";
import { expectations, notes } from "./relevance.fixture.ts";
import { createSearchFixture, type SearchFixture } from "./search.fixture.ts";

let app: TestApp;
let small: SearchFixture;
let large: SearchFixture;
beforeAll(async () => {
  app = await createTestApp();
  small = await createSearchFixture(app);
  await small.add(...notes);
  // In a large workspace the index finds what in a small one is found by reading all documents.
  large = await createSearchFixture(app);
  await large.add(...notes);
  await large.add(
    ...Array.from({ length: 300 }, (_, n) => ({
      title: `Minutes ${n}`,
      content: `Max spoke of connections. Step 2 of 3 is version ${n} of plan C.`,
    })),
  );
});
afterAll(() => app[Symbol.asyncDispose]());

describe.each(Object.entries(expectations))("%s", (_, queries) => {
  it.each(queries)("%j finds %j first", async (query, first) => {
    expect((await small.find(query)).slice(0, first.length)).toEqual(first);
    expect(await large.find(query)).toContain(first[0]);
  });
});

it("puts what contains the query literally before hundreds of documents with its parts", async () => {
  for (const [query, [first]] of expectations["identifiers, code and versions"] ?? []) {
    if (query !== "C") expect((await large.find(query))[0], query).toBe(first);
  }
});
