import { expect, it } from "vitest";

import { createAppendix } from "./append-text.ts";

it.each([
  ["", "new", "new\n"],
  ["one\n", "new", "new\n"],
  ["one", "new\n", "\nnew\n"],
  ["one\r\ntwo", "a\nb", "\r\na\r\nb\r\n"],
  ["one\rtwo\r", "a\nb", "a\rb\r"],
])("text appended to %j uses the line endings of the text", (text, added, expected) => {
  expect(createAppendix(text, added)).toBe(expected);
});
