import { expect, test } from "vitest";

import { computeBackoffMs } from "./backoff.ts";

test("backoff grows with jitter up to five seconds", () => {
  const pauses = (attempt: number) => Array.from({ length: 200 }, () => computeBackoffMs(attempt));
  expect(Math.max(...[0, 3, 7, 100].flatMap(pauses))).toBeLessThanOrEqual(5_000);
  expect(Math.max(...pauses(0))).toBeLessThanOrEqual(500);
  expect(Math.min(...pauses(9))).toBeGreaterThanOrEqual(1_250);
  expect(new Set(pauses(9)).size).toBeGreaterThan(100);
});
