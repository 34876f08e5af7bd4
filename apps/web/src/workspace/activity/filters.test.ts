import { expect, test } from "vitest";

import { parseActivityFilters, toActivityInput } from "./filters.ts";

test("filters are read from the address, without what makes no sense", () => {
  expect(parseActivityFilters({ person: "p", topic: "comments" })).toEqual({
    person: "p",
    topic: "comments",
  });
  expect(parseActivityFilters({ person: "", topic: "toString" })).toEqual({});
  expect(toActivityInput("w", { topic: "sharing" })).toEqual({
    workspaceId: "w",
    kinds: ["share.created", "share.revoked"],
  });
});
