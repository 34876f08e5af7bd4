import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";

import { expect, test } from "vitest";

import { formatBytes, formatTable, formatTime } from "./output.ts";
import { withTerminal } from "./terminal.ts";

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

test("a table fits a terminal by cutting its widest columns, but not its last, and is complete elsewhere", () => {
  const id = "01a22d2c-51a3-7014-bf27-a3773c0157cc";
  const rows = [
    ["x".repeat(200), "just now", id],
    ["日本語".repeat(20), "", id],
  ];
  const format = (isTTY: boolean) => {
    const stdout = Object.assign(new PassThrough(), { isTTY, columns: 80 });
    const { stdin, stderr } = process;
    const env = { NO_COLOR: "1" };
    const terminal = { stdin, stdout, stderr, env, workingFolder: "/", setExitCode: () => {} };
    return withTerminal(terminal, () =>
      stripVTControlCharacters(formatTable(["NAME", "UPDATED", "ID"], rows)),
    );
  };
  const lines = format(true).split("\n");
  expect(lines[1]).toBe(`${"x".repeat(31)}…  just now  ${id}`);
  expect(lines[2]).toMatch(new RegExp(`^日本語.*… +${id}$`));
  expect(format(false)).toContain("x".repeat(200));
});
