import { expect, test } from "vitest";

import { fieldErrorsOf, isReason, isUnreachable, reasonOf, retryAfterOf } from "./errors.ts";

/** The class of another copy of tRPC. */
class TRPCClientError extends Error {
  override name = "TRPCClientError";
  data: object | undefined;
  constructor(data?: object, cause?: Error) {
    super("failed", { cause });
    this.data = data;
  }
}

test("errors are recognized whichever copy of tRPC they come from", () => {
  const error = new TRPCClientError({ reason: "RATE_LIMITED", retryAfter: 5 });
  expect([reasonOf(error), isReason(error, "RATE_LIMITED"), retryAfterOf(error)]).toEqual([
    "RATE_LIMITED",
    true,
    5,
  ]);
  const fieldErrors = { title: ["is too long"] };
  expect(fieldErrorsOf(new TRPCClientError({ reason: "BAD_INPUT", fieldErrors }))).toEqual(fieldErrors);
  expect(isUnreachable(new TRPCClientError())).toBe(true);
  expect(isUnreachable(new TRPCClientError({ reason: "LATER" }))).toBe(false);
  expect(isUnreachable(new TRPCClientError(undefined, new DOMException("", "AbortError")))).toBe(false);
  for (const other of [
    null,
    undefined,
    "NOT_FOUND",
    new Error("NOT_FOUND"),
    { data: { reason: "NOT_FOUND" } },
  ]) {
    expect([reasonOf(other), isUnreachable(other)]).toEqual([null, false]);
  }
});
