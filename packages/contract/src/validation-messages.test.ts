import { expect, test } from "vitest";
import { z } from "zod";

import { id, markdown, singleLine, timestamp } from "./text.ts";

function findMessages(schema: z.ZodType, input: unknown): string[] {
  return schema.safeParse(input).error?.issues.map(({ message }) => message) ?? [];
}

test("a text that is far too long is described once", () => {
  expect(findMessages(singleLine(1, 20), "x".repeat(1000))).toEqual(["must have at most 20 characters"]);
});

test.each([
  [singleLine(1, 20), "", "must not be empty"],
  [singleLine(8, 20), "short", "must have at least 8 characters"],
  [singleLine(1, 20), "x".repeat(21), "must have at most 20 characters"],
  [singleLine(1, 20), undefined, "is required"],
  [singleLine(1, 20), 5, "must be text"],
  [singleLine(1, 20), "a\0", "must be one line without control characters"],
  [z.email(), "ada", "must be a valid email address"],
  [id, "7", "must be a UUID"],
  [timestamp, "tomorrow", "must be a time in UTC, such as 2026-01-31T12:00:00Z"],
  [z.enum(["viewer", "editor"]), "boss", 'must be "viewer" or "editor"'],
  [z.int().min(1), 0, "must be at least 1"],
  [z.int(), 0.5, "must be a whole number"],
  [z.boolean(), "yes", "must be true or false"],
  [z.array(id).max(1), [], undefined],
  [z.array(z.string()).max(1), ["a", "b"], "must have at most 1 item"],
  [z.strictObject({}), { role: "owner" }, 'must not contain "role"'],
  [markdown, "x".repeat(2_000_000), "must not be larger than 1.5 MiB"],
])("an invalid input of %# is described in words that follow its field", (schema, input, message) => {
  expect(findMessages(schema, input)[0]).toBe(message);
});
