import { expect, test } from "vitest";

import { toPlainPieces, toPlainText } from "./plain-text.ts";

/** Splits a text into pieces. ⟦These⟧ brackets mark matches. */
const toPieces = (marked: string) =>
  marked.split(/(⟦[^⟧]*⟧)/).flatMap((text) => {
    const match = text.startsWith("⟦");
    return text === "" ? [] : [{ text: match ? text.slice(1, -1) : text, match }];
  });
const markMatches = (pieces: { text: string; match: boolean }[]) =>
  pieces.map(({ text, match }) => (match ? `⟦${text}⟧` : text)).join("");

test.each([
  ["## 3. Short ⟦access⟧", "3. Short ⟦access⟧"],
  ["*Status: ⟦accepted⟧*", "Status: ⟦accepted⟧"],
  ["a **⟦bold⟧ word** and `code`", "a ⟦bold⟧ word and code"],
  ["see [the ⟦guide⟧](https://example.test/a_b) now", "see the ⟦guide⟧ now"],
  ["![A ⟦map⟧](map.png) of [[Old ⟦Town⟧]]", "A ⟦map⟧ of Old ⟦Town⟧"],
  ["- [ ] Buy ⟦milk⟧\n- bread", "Buy ⟦milk⟧\nbread"],
  ["> quoted ⟦words⟧", "quoted ⟦words⟧"],
  ["| a | ⟦b⟧ |\n|---|---|\n", "a ⟦b⟧ \n \n"],
  ["snake_case and 2 * 3 = ⟦6⟧", "snake_case and 2 * 3 = ⟦6⟧"],
  ["> [!note] Mind the ⟦gap⟧", "Mind the ⟦gap⟧"],
  ["cut [in a ⟦link⟧](https://example.t", "cut in a ⟦link⟧"],
  ["a match keeps ⟦**its marks**⟧", "a match keeps ⟦**its marks**⟧"],
])("shows %j as %j", (markdown, plain) => {
  expect(markMatches(toPlainPieces(toPieces(markdown)))).toBe(plain);
});

test("plain text is unchanged", () => {
  const pieces = toPieces("Nothing to ⟦remove⟧ here.");
  expect(toPlainPieces(pieces)).toEqual(pieces);
});

test("plain text has no syntax, unless the passage consists only of syntax", () => {
  expect(toPlainText("the **bold** [plan](a.md)")).toBe("the bold plan");
  expect(toPlainText("**")).toBe("**");
});
