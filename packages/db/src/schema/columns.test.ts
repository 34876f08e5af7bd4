import { expect, it } from "vitest";

import { toIsoTimestamp } from "./columns.ts";

it.each([
  ["2026-11-29 15:25:00.123456+00", "2026-11-29T15:25:00.123Z"],
  ["2026-11-29T15:25:00.1+00:00", "2026-11-29T15:25:00.100Z"],
  ["2026-11-29 15:25:00+00", "2026-11-29T15:25:00.000Z"],
  ["2026-11-29 15:25:00.5+05:30", "2026-11-29T09:55:00.500Z"],
])("returns the point in time %s as %s", (text, timestamp) => {
  expect(toIsoTimestamp(text)).toBe(timestamp);
  expect(new Date(text).toISOString()).toBe(timestamp);
});
