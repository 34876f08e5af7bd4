import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  assignNames,
  hasMarkdownExtension,
  isDocumentName,
  type Entry,
  toFileName,
  foldCase,
  markdownExtensions,
  type NameRules,
  toSafeFileName,
  toTitle,
  findTitleProblem,
} from "./names.ts";

const linux: NameRules = { caseSensitive: true, windows: false };
const mac: NameRules = { caseSensitive: false, windows: false };
const windows: NameRules = { caseSensitive: false, windows: true };

describe("the title of a file's document", () => {
  test.each([
    ["guide.md", "guide"],
    ["README.markdown", "README.markdown"],
    ["README.MD", "README.MD"],
    ["x.markdown.md", "x.markdown.md"],
    ["x.md.md", "x.md.md"],
    ["notes.txt.md", "notes.txt"],
    ["v1.2.3.md", "v1.2.3"],
    [".md", ".md"],
    ["..md", "."],
    ["...md", ".."],
    ["blank .md", "blank .md"],
    ["CON.md", "CON"],
    ["日本語 ノート.md", "日本語 ノート"],
  ])("of %s is %s and maps back to the file name", (fileName, title) => {
    expect(toTitle(fileName)).toBe(title);
    expect(toFileName(title)).toBe(fileName);
  });

  test("maps back to the name of any document file", () => {
    const stem = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(...markdownExtensions, " ", ".", "a.md"),
    );
    const ending = fc.constantFrom(...markdownExtensions.filter(isDocumentName), ".MD", ".Markdown");
    fc.assert(
      fc.property(fc.array(stem, { maxLength: 4 }), ending, (stems, end) => {
        const fileName = stems.join("") + end;
        expect(toFileName(toTitle(fileName))).toBe(fileName);
      }),
    );
  });

  test("is stored unchanged by the server, except for names that it rejects", () => {
    expect(findTitleProblem(toTitle("blank .md"))).toBeNull();
    expect(findTitleProblem(toTitle(" blank.md"))).toMatch("whitespace");
    expect(findTitleProblem(toTitle("two\nlines.md"))).toMatch("control characters");
    expect(findTitleProblem(toTitle("\ud800.md"))).toMatch("Unicode");
  });
});

const createDocument = (id: string, name: string): Entry => ({ id, kind: "document", name });
const createFolder = (id: string, name: string): Entry => ({ id, kind: "folder", name });
const nameItems = (entries: Entry[], rules: NameRules) => Object.fromEntries(assignNames(entries, rules));

describe("file names in a folder", () => {
  test("get numbers if documents share a title, except for the oldest", () => {
    expect(
      nameItems(
        [createDocument("2", "notes"), createDocument("1", "notes"), createDocument("3", "notes")],
        linux,
      ),
    ).toEqual({
      1: "notes.md",
      2: "notes (2).md",
      3: "notes (3).md",
    });
  });

  test("are unique for thousands of equal or truncated titles", () => {
    const titles = ["字".repeat(130), `${"x".repeat(300)}a`, `${"x".repeat(300)}b`, "n"];
    const entries = Array.from({ length: 8_000 }, (_, index) =>
      createDocument(String(index).padStart(4, "0"), titles[index % titles.length] ?? ""),
    );
    const names = nameItems([...entries, createDocument("taken", "n (2)")], linux);
    expect(new Set(Object.values(names)).size).toBe(8_001);
    expect(names["0007"]).toBe("n (3).md");
    expect(names["7999"]).toBe("n (2001).md");
    for (const name of Object.values(names)) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
  });

  test("stay with the document imported from that file", () => {
    // A user titled one document "notes.md" and another "a/b".
    expect(nameItems([createDocument("1", "notes.md"), createDocument("2", "notes")], linux)).toEqual({
      1: "notes (2).md",
      2: "notes.md",
    });
    expect(nameItems([createDocument("1", "a/b"), createDocument("2", "a-b")], linux)).toEqual({
      1: "a-b (2).md",
      2: "a-b.md",
    });
    expect(
      nameItems([createDocument("1", "x"), createDocument("2", "x"), createDocument("3", "x (2)")], linux),
    ).toEqual({
      1: "x.md",
      2: "x (3).md",
      3: "x (2).md",
    });
  });

  test("get a number if a folder has the same name", () => {
    expect(nameItems([createDocument("1", "guide"), createFolder("2", "guide.md")], linux)).toEqual({
      1: "guide (2).md",
      2: "guide.md",
    });
  });

  test("get numbers if they differ only in case or Unicode composition on a disk that ignores it", () => {
    const entries = [
      createDocument("1", "Read"),
      createDocument("2", "read"),
      createDocument("3", "é"),
      createDocument("4", "e\u0301"),
    ];
    expect(nameItems(entries, linux)).toEqual({ 1: "Read.md", 2: "read.md", 3: "é.md", 4: "e\u0301.md" });
    expect(nameItems(entries, mac)).toEqual({
      1: "Read.md",
      2: "read (2).md",
      3: "é.md",
      4: "e\u0301 (2).md",
    });
  });

  test("never collide, never lead out of the folder, and fit the disk", () => {
    const name = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.constantFrom(
        "..",
        ".",
        "",
        "../../etc/passwd",
        "/abs",
        "C:\\x",
        "a",
        "A",
        "a.md",
        "CON",
        "nul.txt",
        "a\0b",
      ),
      fc.constantFrom(
        "字".repeat(255),
        "👩‍👩‍👧‍👦".repeat(40),
        `e${"\u0301".repeat(254)}`,
        `${"x".repeat(300)}.markdown`,
      ),
    );
    const entry = fc.tuple(fc.constantFrom("folder" as const, "document" as const), name);
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 12 }),
        fc.constantFrom(linux, mac, windows),
        (found, rules) => {
          const entries = found.map(([kind, text], index) => ({ id: String(index), kind, name: text }));
          const names = [...assignNames(entries, rules).values()];
          expect(new Set(names.map((one) => foldCase(one, rules))).size).toBe(entries.length);
          for (const one of names) {
            expect(one).not.toMatch(rules.windows ? /[<>:"/\\|?*\p{Cc}]|[. ]$/u : /[/\p{Cc}]/u);
            expect(["", ".", ".."]).not.toContain(one);
            expect(rules.windows ? one.length : Buffer.byteLength(one)).toBeLessThanOrEqual(255);
          }
          const files = entries.flatMap(({ kind }, index) => (kind === "document" ? [names[index]] : []));
          expect(files.length).toBe(entries.filter(({ kind }) => kind === "document").length);
        },
      ),
    );
  });

  test("always have a Markdown extension, so that an export can't plant other files", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.constantFrom(linux, windows),
        (title, rules) => {
          expect(hasMarkdownExtension(nameItems([createDocument("1", title)], rules)["1"] ?? "")).toBe(true);
        },
      ),
    );
  });

  test("avoid reserved names on Windows only", () => {
    expect(toSafeFileName("CON.md", windows)).toBe("_CON.md");
    expect(toSafeFileName("com1.notes.md", windows)).toBe("_com1.notes.md");
    expect(toSafeFileName("console.md", windows)).toBe("console.md");
    expect(toSafeFileName('what? "this".md', windows)).toBe("what- -this-.md");
    expect(toSafeFileName("CON.md", linux)).toBe("CON.md");
    expect(toSafeFileName('what? "this".md', linux)).toBe('what? "this".md');
  });
});
