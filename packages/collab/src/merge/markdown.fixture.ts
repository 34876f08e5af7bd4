import * as fc from "fast-check";

const words = (
  "alpha beta gamma plan meeting notes server release budget review team friday deploy draft price owner status 12 " +
  "2026-11-29 3.5 [guide](docs/guide.md) `code` **bold** the of to 漢字 été"
).split(" ");

const phrase = (min: number, max: number) =>
  fc.array(fc.constantFrom(...words), { minLength: min, maxLength: max }).map((parts) => parts.join(" "));

const rows = (line: fc.Arbitrary<string>) => fc.array(line, { minLength: 1, maxLength: 4 });

const block: fc.Arbitrary<string[]> = fc.oneof(
  phrase(2, 3).map((text) => [`## ${text}`]),
  rows(phrase(4, 9)),
  rows(phrase(1, 3).map((text) => `- ${text}`)),
  rows(fc.tuple(fc.constantFrom(" ", "x"), phrase(2, 4)).map(([done, text]) => `- [${done}] ${text}`)),
  rows(fc.tuple(phrase(1, 2), phrase(1, 2)).map((cells) => `| ${cells.join(" | ")} |`)).map((table) => [
    "| item | note |",
    "| --- | --- |",
    ...table,
  ]),
  rows(fc.nat(9).map((value) => `const value = ${value};`)).map((code) => ["```ts", ...code, "```"]),
  phrase(3, 6).map((text) => [`> ${text}`]),
);

/** The lines of a typical Markdown text. */
export const markdownLines = fc
  .array(block, { minLength: 1, maxLength: 7 })
  .map((blocks) => blocks.flatMap((lines) => [...lines, ""]));

export interface LineChange {
  kind: "block" | "line" | "remove" | "word" | "unword" | "tick";
  at: number;
  lines: string[];
  word: string;
}

/** The changes of one writer. */
export const lineChanges = (max: number): fc.Arbitrary<LineChange[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom("block", "line", "remove", "word", "word", "unword", "tick"),
      at: fc.nat(),
      lines: block,
      word: phrase(1, 1),
    }),
    { maxLength: max },
  );

export function changeLines(lines: readonly string[], changes: readonly LineChange[]): string[] {
  const result = [...lines];
  for (const { kind, at, lines: added, word } of changes) {
    const index = at % (result.length + 1);
    const line = result[index] ?? "";
    const parts = line.split(" ");
    const wordIndex = at % (parts.length + 1);
    const removedIndex = at % Math.max(1, parts.length - 1);
    if (kind === "block") result.splice(index, 0, ...added, "");
    else if (kind === "line") result.splice(index, 0, added[0] ?? "");
    else if (kind === "remove") result.splice(index, 1 + (at % 3));
    else if (line === "") continue;
    else if (kind === "word") result[index] = parts.toSpliced(wordIndex, 0, word).join(" ");
    else if (kind === "unword") result[index] = parts.toSpliced(removedIndex, 1).join(" ");
    else result[index] = line.replace("[ ]", "[x]");
  }
  return result;
}

const isSignificant = (line: string): boolean => /[\p{L}\p{N}]/u.test(line);

/** Adds a unique word to the end of each line with letters or digits. */
export const markLines = (lines: readonly string[], mark: string): string[] =>
  lines.map((line, index) => (isSignificant(line) ? `${line} ${mark}${index}` : line));

/** Gives changes words and lines that no other writer inserts. */
export const markChanges = (changes: readonly LineChange[], mark: string): LineChange[] =>
  changes.map((change, index) => ({
    ...change,
    word: `${mark}${index}`,
    lines: markLines(change.lines, `${mark}${index}.`),
  }));
