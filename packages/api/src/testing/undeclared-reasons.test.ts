import { describe, expect, it } from "vitest";

import { announceUndeclared } from "../trpc/declared-reasons.ts";
import { forbidUndeclaredReasons } from "./undeclared-reasons.ts";

describe("a reason that a procedure does not declare", () => {
  it("fails the tests during which a procedure fails for it", () => {
    const watched = forbidUndeclaredReasons();
    announceUndeclared("document.get", { type: "query", action: "document.read" }, "LAST_OWNER");
    announceUndeclared("document.get", { type: "query", action: "document.read" }, "NOT_FOUND");
    expect(() => watched[Symbol.dispose]()).toThrow(/: document\.get: LAST_OWNER$/);
  });
});
