import { expect, it } from "vitest";

import { createAppendix } from "./append-text.ts";

it.each([
  ["", "new", "new\n"],
  ["one\n", "new", "new\n"],
  ["one", "new\n", "\nnew\n"],
  ["one\r\ntwo", "a\nb", "\r\na\r\nb\r\n"],
  ["one\rtwo\r", "a\nb", "a\rb\r"],
])("what is appended to %j ends its lines as the text does", (text, added, expected) => {
  expect(createAppendix(text, added)).toBe(expected);
});
