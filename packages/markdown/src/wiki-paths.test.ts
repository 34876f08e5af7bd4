import { describe, expect, test } from "vitest";

import { createWikiFollower, parseWikiPath, readMarkdown, relinkFiles, wikiPath } from "./index.ts";
import { applyEdits } from "./rewrite.ts";

const paths = [
  "Note.md",
  "A/Note.md",
  "A/B/C/Note.md",
  "A/B/Other.md",
  "Z/Deep/Other.md",
  "Z/Other.md",
  "pictures/Photo.PNG",
  "A/notes.txt.md",
  "A/notes.txt",
  "Café.md".normalize("NFD"),
];
const candidates = paths.map((path) => ({ path: path.split("/") }));
const followLink = createWikiFollower(candidates);
const follow = (target: string, from = "") => {
  const link = parseWikiPath(wikiPath(target) ?? "");
  const folders = from === "" ? [] : from.split("/");
  return link && followLink(link, folders)?.path.join("/");
};

describe("a wiki link", () => {
  test("leads to a file of that name in any folder, with or without extension, in any case", () => {
    expect(follow("photo.png")).toBe("pictures/Photo.PNG");
    expect(follow(" caf\u00c9 ")).toBe(paths.at(-1));
    expect(follow("B/other")).toBe("A/B/Other.md");
    expect(follow("other.MD")).toBe("Z/Other.md");
    expect(follow("missing")).toBeUndefined();
    expect(follow("X/Other")).toBeUndefined();
  });

  test("prefers the path as written, then a file below its own folder, then the shortest path", () => {
    expect(follow("Note", "A/B")).toBe("Note.md");
    expect(follow("A/Note", "A/B")).toBe("A/Note.md");
    expect(follow("Other", "A/B/C")).toBe("Z/Other.md");
    expect(follow("Other", "A")).toBe("A/B/Other.md");
    expect(follow("Other", "Z/Deep")).toBe("Z/Deep/Other.md");
    expect(follow("notes.txt")).toBe("A/notes.txt");
    expect(follow("notes.txt.md")).toBe("A/notes.txt.md");
  });

  test("begins at the root or in its document's folder if it specifies so", () => {
    expect(follow("/Z/Other", "A")).toBe("Z/Other.md");
    expect(follow("/Other", "A")).toBeUndefined();
    expect(follow("./Other", "A/B")).toBe("A/B/Other.md");
    expect(follow("../Note", "A/B")).toBe("A/Note.md");
    expect(follow("../../../Note", "A/B")).toBeUndefined();
  });

  test("leads to a title or an alias in front matter if no file has the name", () => {
    const aliased = [
      { path: ["Far", "Deep", "x.md"], aliases: ["Alias", "Area/Topic"] },
      { path: ["Near", "y.md"], aliases: ["alias", "z"] },
      { path: ["z.md"] },
    ];
    const followAlias = createWikiFollower(aliased);
    const find = (link: string, ...folders: string[]) => {
      const target = parseWikiPath(`[[${link}]]`);
      return target && followAlias(target, folders)?.path.join("/");
    };
    expect(find("ALIAS")).toBe("Near/y.md");
    expect(find("Alias", "Far")).toBe("Far/Deep/x.md");
    expect(find("area/topic")).toBe("Far/Deep/x.md");
    expect(find("z")).toBe("z.md");
    for (const other of ["/Alias", "./Alias", "Topic", "Near/Alias"]) expect(find(other)).toBeUndefined();
  });

  test("is written with its fragment after the brackets", () => {
    expect(wikiPath("Note#A heading")).toBe("[[Note]]#A heading");
    expect(wikiPath("#A heading")).toBeNull();
    expect(parseWikiPath("[[A/Note]]#x")).toEqual({ names: ["A", "Note"], start: "anywhere", suffix: "#x" });
    for (const other of ["Note", "[[Note]].md", "[[a]b]]", "[[]]", "a[[Note]]"])
      expect(parseWikiPath(other)).toBeNull();
  });

  test("is renamed in a copy only if its file is renamed", () => {
    const text = "![[image.png|300]] ![[other.png]] [[#here]]";
    const contents = readMarkdown(text);
    const edits = relinkFiles(contents, ["A"], ({ target }) =>
      target === "image.png" ? ["A", "attachments", "image-2.png"] : ["B", "OTHER.png"],
    );
    expect(applyEdits(text, edits)).toBe("![[image-2.png|300]] ![[other.png]] [[#here]]");
  });
});
