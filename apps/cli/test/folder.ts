import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

/** Reads the files of a folder and its subfolders, by paths with slashes. */
export type Files = Record<string, string | Buffer>;

export async function writeFolder(root: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}

/** Encodes the files in base64, so that assertions show differing bytes. */
export async function readFolder(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const read = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [relative(root, path).replaceAll(sep, "/"), (await readFile(path)).toString("base64")] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

export const encodeBase64 = (files: Files) =>
  Object.fromEntries(
    Object.entries(files).map(([path, content]) => [path, Buffer.from(content).toString("base64")]),
  );

/** Names valid on Linux only: other systems ignore case or composition, or reject some characters. */
const onLinux: Files = {
  "Notes.Md": "capitalized\n",
  'what? "this": <a|b> *.md': "not on Windows\n",
  "back\\slash.md": "a backslash\n",
  "CON.md": "a device, elsewhere\n",
  "blank .md": "space before the ending\n",
  "caf\u00e9.md": "composed\n",
  "cafe\u0301.md": "decomposed\n",
  "case/A.md": "large\n",
  "Case/a.md": "another folder\n",
};

/** Realistic files, and files that break careless tools. */
const anywhere: Files = {
  "README.md": "# Handbook\n\nAll about the zeppelin.\n",
  "README.markdown": "# Another\n",
  "NOTES.MD": "shouted\n",
  "x.markdown.md": "two endings\n",
  "x.markdown": "one ending\n",
  "x.md.md": "twice\n",
  "x.md": "once\n",
  "x.txt.md": "not a text file\n",
  ".md": "no name at all\n",
  "..md": "a dot\n",
  "...md": "two dots\n",
  ".hidden.md": "hidden\n",
  "v1.2.3.md": "dots\n",
  "-rf.md": "looks like an option\n",
  "100% sure & #1 [draft] (2).md": "punctuation\n",
  "two  spaces.md": "inside\n",
  "日本語/ノート 🎈.md": "飛行船について\n",
  "case/a.md": "small\n",
  "notes.md/inside.md": "in a folder that looks like a file\n",
  "deep/1/2/3/4/5/6/7/8/README.md": "deep\n",
  [`${"n".repeat(252)}.md`]: "the longest name\n",
  [`${"字".repeat(84)}.md`]: "the longest name in bytes\n",
  "bytes/empty.md": "",
  "bytes/bom.md": "\ufeff# BOM\r\n",
  "bytes/only-bom.md": "\ufeff",
  "bytes/crlf.md": "a\r\nb\r\n",
  "bytes/mixed.md": "a\rb\nc\r\n\n\r",
  "bytes/no-newline.md": "ends here",
  "bytes/newlines.md": "\n\n\n",
  "bytes/spaces.md": "  leading and trailing  \n\t\n ",
  "bytes/controls.md": "\u0001\u001b[31mred\u007f\u0085\u2028\n",
  "bytes/planes.md": "𝔐arkdown 👩‍👩‍👧‍👦 \uffff\ufffd\n",
  "bytes/json.md": '"quoted" \\back\\slash\\ \\u0000 __proto__\n',
  "bytes/all-escaped.md": '"\n'.repeat(768 * 1024), // twice as large in JSON
  "bytes/largest.md": `${"All work and no play. ".repeat(71_493)}makes it fit.`.padEnd(
    1.5 * 1024 * 1024,
    ".",
  ),
};

export const nasty: Files = process.platform === "linux" ? { ...anywhere, ...onLinux } : anywhere;
