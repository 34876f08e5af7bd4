import { describe, expect, it } from "vitest";

import { resolveLink, createLink, readMarkdown, rewriteLinks, applyEdits, readTargets } from "./index.ts";

const resolve = (folders: string[], link: string) => {
  const target = resolveLink(folders, link);
  return target && [...target.folders, target.file].join("/");
};

describe("links between files", () => {
  it("resolve like paths, relative to the folder or the root", () => {
    expect(resolve(["a", "b"], "c.md")).toBe("a/b/c.md");
    expect(resolve(["a", "b"], "./../c%20d.md#part")).toBe("a/c d.md");
    expect(resolve(["a", "b"], "/c.md?x=1")).toBe("c.md");
    expect(resolve(["a"], "50%.md")).toBe("a/50%.md");
  });

  it("do not resolve if they are URLs or anchors, or lead above the root", () => {
    for (const link of [
      "https://example.test/a",
      "//example.test/a",
      "mailto:a",
      "#part",
      "",
      "../../c.md",
      "/",
    ])
      expect([link, resolveLink(["a"], link)]).toEqual([link, null]);
  });

  it("may be plain names, in which encoded slashes and dots have no effect", () => {
    expect(readTargets("50%25 (draft)?.md", []).map(({ names }) => names)).toEqual([
      ["50% (draft)"],
      ["50%25 (draft)"],
      ["50%25 (draft)?.md"],
    ]);
    expect(readTargets("%2e%2e%2fsecret.md", ["a"])[0]?.names).toEqual(["a", "../secret.md"]);
    expect(readTargets("../up.md", ["a"]).map(({ fromFolder }) => fromFolder)).toEqual([null]);
    expect(readTargets("in/x.md", ["a"]).map(({ fromFolder }) => fromFolder)).toEqual(["in/x.md"]);
  });

  it("resolve only up to the maximum depth of folders", () => {
    expect(readTargets("a/".repeat(1_300), [])).toEqual([]);
  });

  it("are written so that they resolve to the same file", () => {
    const names = ["What (now)?.md", "a&amp;b [1] #2 50%.md", "x|y`z*.md", "ü ⁄ 🙂.md", "c\\d:e.md"];
    for (const file of names) {
      const link = createLink(["a", "b"], { folders: ["a", "c d"], file });
      const [read] = readMarkdown(`[x](${link})`).links;
      expect(resolveLink(["a", "b"], read?.target ?? "")).toEqual({ folders: ["a", "c d"], file });
    }
  });
});

describe("rewriting links", () => {
  it("changes each destination once in every syntax, and nothing else", () => {
    const text =
      '[a](old.md "t") ![p](<old.md>) [r] [r] `[a](old.md)`\r\n\r\n[r]: old.md\r\n[unused]: old.md\r\n\r\n' +
      "<img src='old.md'> [[old.md|label]]\r\n\r\n| [t](old.md) |\r\n|---|\r\n";
    const contents = readMarkdown(text);
    const edits = rewriteLinks(contents, ({ syntax }) => (syntax === "wiki" ? "new" : "a%20(1)'&copy;|.md"));
    const changed = applyEdits(text, edits);
    expect(edits).toHaveLength(7);
    expect(changed).toBe(
      text
        .replaceAll("(old.md", "(a%20%281%29'&amp;copy;%7C.md")
        .replace("`[a](a%20%281%29'&amp;copy;%7C.md)`", "`[a](old.md)`")
        .replace("<old.md>", "a%20%281%29'&amp;copy;%7C.md")
        .replaceAll("]: old.md", "]: a%20%281%29'&amp;copy;%7C.md")
        .replace("'old.md'", "'a%20(1)%27&amp;copy;%7C.md'")
        .replace("[[old.md", "[[new"),
    );
    expect(readMarkdown(changed).links.map(({ line }) => line)).toEqual(
      contents.links.map(({ line }) => line),
    );
    expect(rewriteLinks(contents, ({ target }) => target)).toEqual([]);
    expect(rewriteLinks(contents, () => null)).toEqual([]);
  });
});
