import { expect, test } from "vitest";

import { sliceText } from "./reading.ts";

test("a range of a document never cuts a character in half", () => {
  const text = "a😀b👍🏽c";
  for (const length of [1, 2, 3, 5]) {
    const parts: string[] = [];
    for (let offset = 0; offset < text.length; offset += length) parts.push(sliceText(text, offset, length));
    for (const part of parts) expect(part.isWellFormed()).toBe(true);
    if (length > 1) expect(parts.join("")).toBe(text);
  }
  expect(sliceText(text, 1, 2)).toBe("😀");
  expect(sliceText(text, 2, 3)).toBe("😀b");
  expect(sliceText(text, text.length, 5)).toBe("");
});
