import { expect, test } from "vitest";

import { parseTime } from "./time.ts";

test("a day starts and ends in the local time zone, and a time is taken as it is", () => {
  expect(parseTime("2026-11-30", "--since", "start")).toBe(new Date(2026, 10, 30).toISOString());
  expect(parseTime("2026-11-30", "--until", "end")).toBe(new Date(2026, 11, 1).toISOString());
  expect(parseTime("2026-11-30T10:00:00+02:00", "--until", "end")).toBe("2026-11-30T08:00:00.000Z");
});

test.each(["yesterday", "2026-02-30", "2026-13-01", ""])("%j is refused", (given) => {
  expect(() => parseTime(given, "--since", "start")).toThrow(
    "--since must be a date such as 2026-11-30, or a time.",
  );
});
