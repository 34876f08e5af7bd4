import { describe, expect, it } from "vitest";

import { toSafeRedirect } from "./safe-redirect.ts";

describe("where someone goes after signing in", () => {
  it("is a page of ours", () => {
    for (const path of ["/", "/w/1/d/2?panel=links#part", "/invitation"])
      expect(toSafeRedirect(path)).toBe(path);
  });

  it("is nowhere else, however it is written", () => {
    const elsewhere = [
      "//evil.test",
      "/\\evil.test",
      "\\\\evil.test",
      "/\t/evil.test",
      "/.//evil.test",
      "/a/..//evil.test",
      "https://evil.test",
      "javascript:alert(1)",
      "evil.test",
      "",
      `/${"x".repeat(3_000)}`,
      null,
      42,
      ["/a"],
    ];
    for (const value of elsewhere) expect([value, toSafeRedirect(value)]).toEqual([value, undefined]);
  });
});
