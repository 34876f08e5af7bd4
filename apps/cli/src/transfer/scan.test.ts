import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { type PathArguments, readPathOptions } from "./paths.ts";
import { scan, type ScannedFolder } from "./scan.ts";

let base: string;
let root: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "mdreader-scan-"));
  root = join(base, "notes");
  await mkdir(root);
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function writeTo(path: string, content = "text") {
  await mkdir(join(root, path, ".."), { recursive: true });
  await writeFile(join(root, path), content);
}

const listPaths = ({ files, folders }: ScannedFolder): string[] =>
  [...files.map(({ path }) => path), ...folders.flatMap(listPaths)].toSorted();

const scanRoot = async (endings = [".md", ".markdown"], asked: PathArguments = {}) =>
  scan(root, {
    paths: await readPathOptions(root, asked),
    isDocument: (path) => endings.some((ending) => path.toLowerCase().endsWith(ending)),
  });

test("finds only Markdown, in all subfolders, and hidden files on request", async () => {
  for (const path of [
    "a.md",
    "b/c.markdown",
    "b/d/E.MD",
    ".hidden/f.md",
    "g.txt",
    "h/i.png",
    "empty.md/j.css",
  ]) {
    await writeTo(path);
  }
  const found = await scanRoot();
  expect(listPaths(found.root)).toEqual(["a.md", "b/c.markdown", "b/d/E.MD"]);
  expect(found.root.folders.map(({ name }) => name)).toEqual(["b"]);
  expect(found.leftOut).toEqual([{ path: ".hidden/", reason: "hidden" }]);
  expect(found.failed).toEqual([]);
  const all = await scanRoot(undefined, { includeHidden: true });
  expect(listPaths(all.root)).toEqual([".hidden/f.md", "a.md", "b/c.markdown", "b/d/E.MD"]);
});

test("supports other extensions and excluded names", async () => {
  for (const path of ["a.md", "b.mdx", "drafts/c.md", "d/drafts/e.md", "d/f.md"]) await writeTo(path);
  const found = await scanRoot([".md", ".mdx"], { exclude: ["drafts"] });
  expect(listPaths(found.root)).toEqual(["a.md", "b.mdx", "d/f.md"]);
  expect(found.leftOut.map(({ path }) => path)).toEqual(["d/drafts/", "drafts/"]);
});

test("leaves out files matched by an ignore file, like git", async () => {
  for (const path of ["a.md", "build/b.md", "c/build/d.md", "e.draft.md", "keep.draft.md", "f/only.md"])
    await writeTo(path);
  await writeTo(".mdreaderignore", "# not these\n/build/\n*.draft.md\n!keep.draft.md\nf/only.md\n");
  const found = await scanRoot();
  expect(listPaths(found.root)).toEqual(["a.md", "c/build/d.md", "keep.draft.md"]);
  expect(found.leftOut.filter(({ reason }) => reason === "ignored").map(({ path }) => path)).toEqual([
    "build/",
    "e.draft.md",
    "f/only.md",
  ]);
});

test("does not read links to files that are left out", async () => {
  await writeTo(".git/config");
  await writeTo("a.md");
  await symlink(".git/config", join(root, "config.md"));
  const found = await scanRoot();
  expect(listPaths(found.root)).toEqual(["a.md"]);
  expect(found.failed).toEqual([
    { path: "config.md", message: "is a symbolic link to a file that is left out" },
  ]);
});

test("reads links to files inside, but no broken or circular links and none that lead out", async () => {
  await writeTo("real.md");
  await writeFile(join(base, "secret.md"), "secret");
  await mkdir(join(base, "notes-of-others"));
  await writeFile(join(base, "notes-of-others", "x.md"), "secret");
  await symlink("real.md", join(root, "inside.md"));
  await symlink("../secret.md", join(root, "outside.md"));
  await symlink("../notes-of-others/x.md", join(root, "beside.md"));
  await symlink("gone.md", join(root, "nowhere.md"));
  await symlink("circle.md", join(root, "circle.md"));

  const found = await scanRoot();
  expect(listPaths(found.root)).toEqual(["inside.md", "real.md"]);
  expect(Object.fromEntries(found.failed.map(({ path, message }) => [path, message]))).toEqual({
    "beside.md": "is a symbolic link to a file outside the folder",
    "circle.md": "is a circular symbolic link",
    "nowhere.md": "is a broken symbolic link",
    "outside.md": "is a symbolic link to a file outside the folder",
  });
});

test("does not follow links to folders, and lists them", async () => {
  await writeTo("sub/a.md");
  await symlink("..", join(root, "sub", "up"));
  await symlink(base, join(root, "out"));
  const found = await scanRoot();
  expect(listPaths(found.root)).toEqual(["sub/a.md"]);
  expect(found.skipped.map(({ path }) => path).toSorted()).toEqual(["out", "sub/up"]);
});

test("accepts a link as the folder itself", async () => {
  await writeTo("a.md");
  await symlink(root, join(base, "shortcut"));
  const found = await scan(join(base, "shortcut"), { paths: {}, isDocument: () => true });
  expect(listPaths(found.root)).toEqual(["a.md"]);
});

test("reports names that are not valid titles or folder names, with the number of files affected", async () => {
  for (const path of ["fine.md", " early.md", "two\nlines.md", "back\\slash/a.md", "back\\slash/b/c.md"])
    await writeTo(path);
  const found = await scanRoot();
  expect(listPaths(found.root)).toEqual(["fine.md"]);
  expect(found.failed).toEqual([
    { path: " early.md", message: "its name begins or ends with whitespace" },
    { path: "back\\slash/", message: "its name has a backslash", files: 2 },
    { path: "two\nlines.md", message: "its name has control characters" },
  ]);
});

test.runIf(process.platform === "linux")(
  "reports a name that is not UTF-8, which only Linux allows",
  async () => {
    await writeFile(
      Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9]), Buffer.from(".md")]),
      "latin",
    );
    const found = await scanRoot();
    expect(listPaths(found.root)).toEqual([]);
    expect(found.failed.map(({ message }) => message)).toEqual(["its name isn't UTF-8"]);
  },
);

test("does not block on a pipe with a Markdown name", async () => {
  execFileSync("mkfifo", [join(root, "pipe.md")]);
  const found = await scanRoot();
  expect(listPaths(found.root)).toEqual(["pipe.md"]); // reading it reports the type
});

test("rejects a missing folder", async () => {
  await expect(scan(join(base, "gone"), { paths: {}, isDocument: () => true })).rejects.toThrow("ENOENT");
});
