import { describe, expect, it } from "vitest";

import { toSafeRedirect } from "./safe-redirect.ts";

describe("toSafeRedirect", () => {
  it("accepts paths of this app", () => {
    for (const path of ["/", "/w/1/d/2?panel=links#part", "/invitation"])
      expect(toSafeRedirect(path)).toBe(path);
  });

  it("rejects every other target, however it is written", () => {
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
