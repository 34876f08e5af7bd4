import { expect, test } from "vitest";

import { formatPeriod, parseFilters, toDay, toSearchInput } from "./filters.ts";

test("filters are read from the address, without what makes no sense", () => {
  const filters = { folder: "f", author: "a", since: "2026-11-01", until: "2026-11-30", sort: "newest" };
  expect(parseFilters({ q: "x", ...filters })).toEqual(filters);
  expect(
    parseFilters({ folder: "", author: 7, since: "yesterday", until: "2026-19-01", sort: "oldest" }),
  ).toEqual({});
});

test("a period contains its first and its last day", () => {
  expect(toSearchInput("w", "q", { since: "2026-11-01", until: "2026-11-30" })).toEqual({
    workspaceId: "w",
    query: "q",
    changedSince: new Date(2026, 10, 1).toISOString(),
    changedBefore: new Date(2026, 11, 1).toISOString(),
  });
  expect(formatPeriod({})).toBe("Any time");
  expect(formatPeriod({ since: "2026-11-01" })).toMatch(/^Since .*2026/);
});

test("days are counted back in the local time zone", () => {
  expect(toDay(new Date(2026, 2, 1, 23, 59), 1)).toBe("2026-02-28");
});
