import { expect, test } from "vitest";

import { formatBytes, formatTime } from "./output.ts";

test("times are relative to now for four weeks", () => {
  const now = Date.parse("2026-11-29T12:00:00.000Z");
  const format = (timestamp: string) => formatTime(timestamp, now);
  expect(format("2026-11-29T11:59:30.000Z")).toBe("just now");
  expect(format("2026-11-29T11:15:00.000Z")).toBe("45 minutes ago");
  expect(format("2026-11-29T09:00:00.000Z")).toBe("3 hours ago");
  expect(format("2026-11-28T10:00:00.000Z")).toBe("yesterday");
  expect(format("2026-12-13T12:00:00.000Z")).toBe("in 14 days");
  expect(format("2026-10-01T12:00:00.000Z")).toBe("2026-10-01");
});

test("sizes have units", () => {
  expect([0, 1, 999, 1500, 2_000_000, 5e12].map(formatBytes)).toEqual([
    "0 bytes",
    "1 byte",
    "999 bytes",
    "1.5 kB",
    "2 MB",
    "5 TB",
  ]);
});
