import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { filePath, folderCreateInput } from "./index.ts";
import { findLeftOut, isReservedName, isVersionControl } from "./synced-paths.ts";

const reasonOf = (path: string, includeHidden = false) =>
  findLeftOut(path, { includeHidden })?.reason ?? null;

describe("findLeftOut", () => {
  test("includes ordinary files with any extension", () => {
    for (const path of [
      "a.md",
      "robots.txt",
      "deps/page.mdx",
      "Deep/er/日本語 ノート.md",
      "keys.md",
      "environment.md",
      "git.md",
      "git/readme.md",
      "id_rsa.pub",
      "a~b.md",
      "pem",
      "cv/Ada.pdf",
      "vendor/x.js",
    ]) {
      expect(findLeftOut(path), path).toBeNull();
    }
  });

  test("excludes version control, under every name that a file system equates with it", () => {
    for (const name of [
      ".git",
      ".GIT",
      ".Git.",
      ".git ",
      ".git. .",
      ".git::$INDEX_ALLOCATION",
      "GIT~1",
      "git~2",
      ".g\u200cit",
      ".gi\ufefft",
      "\u200e.git",
      ".ｇit",
      ".hg",
      "HG~1",
      ".svn",
      ".ſvn",
      ".jj",
      ".bzr",
      "CVS",
      "_darcs",
      "_FOSSIL_",
      ".pijul",
    ]) {
      for (const path of [name, `${name}/config`, `sub/${name}/hooks/x`]) {
        expect(reasonOf(path, true), path).toBe("version control");
      }
    }
    expect(isVersionControl("a\\.git\\config")).toBe(true);
    expect(isReservedName("CVs")).toBe(false);
    expect(reasonOf(".github/workflows/ci.yml", true)).toBeNull();
    expect(reasonOf(".gitignore", true)).toBeNull();
  });

  test("excludes known secrets, even if hidden files are included", () => {
    for (const path of [
      ".env",
      ".env.example",
      ".ENV.local",
      ".envrc",
      "deploy/id_rsa",
      "id_ed25519",
      "certs/server.pem",
      "x.P12",
      ".aws/credentials",
      ".ssh/config",
      ".npmrc",
      ".netrc",
      "_netrc",
      ".git-credentials",
      "terraform.tfstate",
    ]) {
      expect(reasonOf(path, true), path).toBe("secret");
    }
  });

  test("excludes hidden files and folders by default", () => {
    for (const path of [".a.md", ".obsidian/app.json", "a/.hidden/b.md", ".md", "..md"]) {
      expect(reasonOf(path), path).toBe("hidden");
      expect(reasonOf(path, true), path).toBeNull();
    }
  });

  test("excludes dependencies, temporary files of systems and editors, and the sync's own state", () => {
    expect(reasonOf("p/node_modules/q/index.js", true)).toBe("dependencies");
    for (const path of ["a.md~", ".DS_Store", "x/Thumbs.db", ".a.md.swp", "~$letter.docx", "#a.md#"]) {
      expect(reasonOf(path, true), path).toBe("temporary");
    }
    expect(reasonOf(".mdreader.json", true)).toBe("sync state");
    expect(reasonOf(".mdreader-0190c1f6", true)).toBe("sync state");
  });

  test("returns the topmost excluded folder, and passes folders to `isIgnored` with a slash", () => {
    expect(findLeftOut("a/node_modules/b/.git/c")).toEqual({
      path: "a/node_modules/",
      reason: "dependencies",
    });
    const asked: string[] = [];
    const isIgnored = (path: string) => asked.push(path) > 2;
    expect(findLeftOut("a/b/c.md", { isIgnored })).toEqual({ path: "a/b/c.md", reason: "ignored" });
    expect(asked).toEqual(["a/", "a/b/", "a/b/c.md"]);
  });

  test("returns the same result for a folder and everything below it", () => {
    const name = fc.constantFrom("a", ".git", "GIT~1", ".x", "node_modules", "b.md", ".env", "c~", "é");
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 4 }),
        name,
        fc.boolean(),
        (names, last, includeHidden) => {
          const folder = findLeftOut(`${names.join("/")}/`, { includeHidden });
          if (folder === null) return;
          expect(findLeftOut(`${names.join("/")}/${last}`, { includeHidden })).toEqual(folder);
        },
      ),
    );
  });
});

test("workspaces reject files and folders of version control", () => {
  const workspaceId = "0190c1f6-0000-7000-8000-000000000000";
  for (const name of [".git", ".GIT", "git~1", ".g\u200dit", ".hg"]) {
    expect(folderCreateInput.safeParse({ workspaceId, name }).success, name).toBe(false);
    expect(filePath.safeParse(`a/${name}/config`).success, name).toBe(false);
    expect(filePath.safeParse(name).success, name).toBe(false);
  }
  expect(folderCreateInput.safeParse({ workspaceId, name: "CVs" }).success).toBe(true);
  expect(filePath.safeParse(".gitignore").success).toBe(true);
});
