import { describe, expect, test } from "vitest";

import { type ImportedItem, renameImportedItems } from "./imported-paths.ts";

/** Items at these paths. A folder ends with a slash. */
const toItems = (paths: readonly string[]): ImportedItem[] =>
  paths.map((path) => {
    if (path.endsWith("/")) return { kind: "folder", path: path.slice(0, -1) };
    return { kind: path.endsWith(".md") ? "document" : "file", path };
  });

/** The new paths of items that are renamed, by their paths. Folders that are not listed are omitted. */
function renamed(...paths: string[]): Record<string, string> {
  const names = renameImportedItems(toItems(paths));
  return Object.fromEntries(
    paths.flatMap((path) => {
      const found = names.get(path.replace(/\/$/, ""));
      return found === undefined ? [] : [[path, found]];
    }),
  );
}

const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(32)) as [string, string, string];

describe("IDs of pages", () => {
  test("are removed from pages, the folders of their subpages, and tables", () => {
    expect(
      renamed(
        `Wiki ${a}.md`,
        `Wiki ${a}/Setup ${b}.md`,
        `Wiki ${a}/image.png`,
        `Wiki ${a}/Tasks ${c}.csv`,
        `Wiki ${a}/Tasks ${c}_all.csv`,
      ),
    ).toEqual({
      [`Wiki ${a}.md`]: "Wiki.md",
      [`Wiki ${a}/Setup ${b}.md`]: "Wiki/Setup.md",
      [`Wiki ${a}/image.png`]: "Wiki/image.png",
      [`Wiki ${a}/Tasks ${c}.csv`]: "Wiki/Tasks.csv",
      [`Wiki ${a}/Tasks ${c}_all.csv`]: "Wiki/Tasks_all.csv",
    });
  });

  test("are replaced by numbers where two pages have the same title, and each keeps its folder", () => {
    const expected = {
      [`Plan ${a}.md`]: "Plan.md",
      [`Plan ${a}/x ${c}.md`]: "Plan/x.md",
      [`Plan ${b}.md`]: "Plan (2).md",
      [`Plan ${b}/x ${c}.md`]: "Plan (2)/x.md",
    };
    expect(renamed(...Object.keys(expected))).toEqual(expected);
    expect(renamed(...Object.keys(expected).toReversed())).toEqual(expected);
  });

  test("do not keep a page and a folder without an ID from having the same name", () => {
    const expected = { "Cut at a /x.png": "Cut at a/x.png", [`Cut at a ${a}.md`]: "Cut at a.md" };
    expect(renamed(...Object.keys(expected))).toEqual(expected);
  });

  test("do not take the name of an item that has none", () => {
    expect(renamed(`Plan ${a}.md`, `Note ${b}.md`, "Plan.md")).toEqual({
      [`Plan ${a}.md`]: "Plan (2).md",
      [`Note ${b}.md`]: "Note.md",
    });
  });

  test("stay if most documents have none, and if nothing else is left of the name", () => {
    expect(renamed(`checksum ${a}.md`, "b.md", "c.md", `x ${a}.png`)).toEqual({});
    expect(renamed(`${a}.md`, ` ${a.slice(1)}.md`)).toEqual({ [` ${a.slice(1)}.md`]: `${a.slice(1)}.md` });
  });

  test("of thousands of pages with the same title are removed quickly", () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => index.toString(16).padStart(32, "0"));
    const names = renameImportedItems(toItems(ids.map((id) => `Untitled ${id}.md`)));
    expect(new Set(names.values()).size).toBe(20_000);
    expect(names.get(`Untitled ${ids[19_999]}.md`)).toBe("Untitled (20000).md");
  });
});

describe("encoded characters", () => {
  /** Where Outline keeps the files of a document. */
  const upload =
    "uploads/0b9c1d3e-5f60-4718-8293-a4b5c6d7e8f9/11112222-3333-4444-8555-666677778888/100%25.png";

  test("are decoded in the names of documents and folders of Outline's exports", () => {
    expect(renamed("Why%3F/Who%3A me%2Fyou.md", `Why%3F/${upload}`)).toEqual({
      "Why%3F/Who%3A me%2Fyou.md": "Why?/Who: me-you.md",
      [`Why%3F/${upload}`]: `Why?/${upload}`,
    });
    expect(renamed("etc%2E/a.md", "end%20.md", upload)).toEqual({
      "etc%2E/a.md": "etc./a.md",
      "end%20.md": "end.md",
    });
  });

  test("stay in names that would lead elsewhere", () => {
    expect(renamed("%2E%2E/a.md", "%20.md", "100%.md", "%zz.md", upload)).toEqual({});
  });

  test("stay in exports of programs that do not encode them", () => {
    expect(renamed("100%3F.md", "Notes/50%2F50.md", "uploads/0b9c1d3e.png", "etc%2E/a.md")).toEqual({});
    expect(renamed(`100%3F ${a}.md`)).toEqual({ [`100%3F ${a}.md`]: "100%3F.md" });
  });
});

describe("spaces", () => {
  test("at the ends of names are removed where a document or a folder can't have them", () => {
    expect(renamed(" early.md", "A title cut at a /x.md", "late .md", " a .png")).toEqual({
      " early.md": "early.md",
      "A title cut at a /x.md": "A title cut at a/x.md",
      " a .png": "a .png",
    });
  });
});

test("other names stay", () => {
  const usual = ["README.md", "a/b/c.md", ".md", "v1.2 notes.md", "deadbeef.md", "a/b/x.tar.gz", "Empty/"];
  expect(renamed(...usual)).toEqual({});
});
