import { describe, expect } from "vitest";

import { test as base } from "../../testing/test.ts";
import { expectations, notes } from "./relevance.fixture.ts";
import { createSearchFixture } from "./search.fixture.ts";

const test = base
  .extend("small", { scope: "file" }, async ({ app }) => {
    const small = await createSearchFixture(app);
    await small.add(...notes);
    return small;
  })
  /** In a large workspace the index finds what in a small one is found by reading all documents. */
  .extend("large", { scope: "file" }, async ({ app }) => {
    const large = await createSearchFixture(app);
    await large.add(...notes);
    await large.add(
      ...Array.from({ length: 300 }, (_, n) => ({
        title: `Minutes ${n}`,
        content: `Max spoke of connections. Step 2 of 3 is version ${n} of plan C.`,
      })),
    );
    return large;
  });

describe.each(Object.entries(expectations))("%s", (_, queries) => {
  test.for(queries)("%j finds %j first", async ([query, first], { small, large }) => {
    expect((await small.find(query)).slice(0, first.length)).toEqual(first);
    expect(await large.find(query)).toContain(first[0]);
  });
});

test("puts what contains the query literally before hundreds of documents with its parts", async ({
  large,
}) => {
  for (const [query, [first]] of expectations["identifiers, code and versions"] ?? []) {
    if (query !== "C") expect((await large.find(query))[0], query).toBe(first);
  }
});
