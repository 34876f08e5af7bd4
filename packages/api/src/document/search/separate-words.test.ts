import { expect } from "vitest";

import { test } from "../../testing/test.ts";
import { separateWords } from "./separate-words.ts";

test("texts are separated into the same words as queries, at every character", async ({ app }) => {
  const { sql } = app.services.database;
  const isCharacter = (code: number) => code < 0xd8_00 || code > 0xdf_ff;
  for (let plane = 0; plane < 3; plane += 1) {
    const codes = Array.from({ length: 0x1_00_00 }, (_, n) => plane * 0x1_00_00 + n).filter(isCharacter);
    const text = codes
      .filter((code) => code > 0)
      .map((code) => `a${String.fromCodePoint(code)}`)
      .join("");
    const [row] = await sql<{ words: string }[]>`select search_words(${text}) as words`;
    expect(separateWords(text) === row?.words).toBe(true);
  }
});
