import { describe, expect, test } from "vitest";

import { createWikiLinkResolver, parseWikiPath, readMarkdown, relinkFiles, wikiPath } from "./index.ts";
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
const resolveLink = createWikiLinkResolver(candidates);
const resolve = (target: string, from = "") => {
  const link = parseWikiPath(wikiPath(target) ?? "");
  const folders = from === "" ? [] : from.split("/");
  return link && resolveLink(link, folders)?.path.join("/");
};

describe("a wiki link", () => {
  test("leads to a file of that name in any folder, with or without extension, in any case", () => {
    expect(resolve("photo.png")).toBe("pictures/Photo.PNG");
    expect(resolve(" caf\u00c9 ")).toBe(paths.at(-1));
    expect(resolve("B/other")).toBe("A/B/Other.md");
    expect(resolve("other.MD")).toBe("Z/Other.md");
    expect(resolve("missing")).toBeUndefined();
    expect(resolve("X/Other")).toBeUndefined();
  });

  test("prefers the path as written, then a file below its own folder, then the shortest path", () => {
    expect(resolve("Note", "A/B")).toBe("Note.md");
    expect(resolve("A/Note", "A/B")).toBe("A/Note.md");
    expect(resolve("Other", "A/B/C")).toBe("Z/Other.md");
    expect(resolve("Other", "A")).toBe("A/B/Other.md");
    expect(resolve("Other", "Z/Deep")).toBe("Z/Deep/Other.md");
    expect(resolve("notes.txt")).toBe("A/notes.txt");
    expect(resolve("notes.txt.md")).toBe("A/notes.txt.md");
  });

  test("can begin at the root or in its document's folder", () => {
    expect(resolve("/Z/Other", "A")).toBe("Z/Other.md");
    expect(resolve("/Other", "A")).toBeUndefined();
    expect(resolve("./Other", "A/B")).toBe("A/B/Other.md");
    expect(resolve("../Note", "A/B")).toBe("A/Note.md");
    expect(resolve("../../../Note", "A/B")).toBeUndefined();
  });

  test("leads to a title or an alias in front matter if no file has the name", () => {
    const aliased = [
      { path: ["Far", "Deep", "x.md"], aliases: ["Alias", "Area/Topic"] },
      { path: ["Near", "y.md"], aliases: ["alias", "z"] },
      { path: ["z.md"] },
    ];
    const resolveAlias = createWikiLinkResolver(aliased);
    const find = (link: string, ...folders: string[]) => {
      const target = parseWikiPath(`[[${link}]]`);
      return target && resolveAlias(target, folders)?.path.join("/");
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
