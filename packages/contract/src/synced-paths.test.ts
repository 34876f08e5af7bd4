import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { filePath, folderCreateInput } from "./index.ts";
import { findLeftOut, isReservedName, isVersionControl } from "./synced-paths.ts";

const reasonOf = (path: string, includeHidden = false) =>
  findLeftOut(path, { includeHidden })?.reason ?? null;

describe("what belongs to a sync", () => {
  test("is every ordinary file, whatever its ending", () => {
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

  test("is never version control, under any name that a file system takes for it", () => {
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

  test("is never a known secret, also where hidden files are taken", () => {
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

  test("is no hidden file or folder, unless asked for", () => {
    for (const path of [".a.md", ".obsidian/app.json", "a/.hidden/b.md", ".md", "..md"]) {
      expect(reasonOf(path), path).toBe("hidden");
      expect(reasonOf(path, true), path).toBeNull();
    }
  });

  test("is neither a dependency nor what systems and editors leave, nor the sync's own", () => {
    expect(reasonOf("p/node_modules/q/index.js", true)).toBe("dependencies");
    for (const path of ["a.md~", ".DS_Store", "x/Thumbs.db", ".a.md.swp", "~$letter.docx", "#a.md#"]) {
      expect(reasonOf(path, true), path).toBe("temporary");
    }
    expect(reasonOf(".mdreader.json", true)).toBe("sync state");
    expect(reasonOf(".mdreader-0190c1f6", true)).toBe("sync state");
  });

  test("tells the topmost folder that is left out, and asks what is ignored with a slash after folders", () => {
    expect(findLeftOut("a/node_modules/b/.git/c")).toEqual({
      path: "a/node_modules/",
      reason: "dependencies",
    });
    const asked: string[] = [];
    const isIgnored = (path: string) => asked.push(path) > 2;
    expect(findLeftOut("a/b/c.md", { isIgnored })).toEqual({ path: "a/b/c.md", reason: "ignored" });
    expect(asked).toEqual(["a/", "a/b/", "a/b/c.md"]);
  });

  test("is decided alike for a path and for all below it", () => {
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

test("no workspace takes files or folders of version control", () => {
  const workspaceId = "0190c1f6-0000-7000-8000-000000000000";
  for (const name of [".git", ".GIT", "git~1", ".g\u200dit", ".hg"]) {
    expect(folderCreateInput.safeParse({ workspaceId, name }).success, name).toBe(false);
    expect(filePath.safeParse(`a/${name}/config`).success, name).toBe(false);
    expect(filePath.safeParse(name).success, name).toBe(false);
  }
  expect(folderCreateInput.safeParse({ workspaceId, name: "CVs" }).success).toBe(true);
  expect(filePath.safeParse(".gitignore").success).toBe(true);
});
