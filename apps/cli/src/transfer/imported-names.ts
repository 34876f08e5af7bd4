import { type ImportedItem, renameImportedItems } from "@mdreader/contract/imported-paths";

import type { ScannedFile, ScannedFolder } from "./scan.ts";

/** A scanned folder with the names under which its items are imported. */
export interface NamedScan {
  root: ScannedFolder;
  /** Returns the text of a file, with links that lead to the items under their new names. */
  relink(file: ScannedFile, text: string): Promise<string>;
  /** Returns the path on disk of an item. */
  findSource(path: string): string;
}

/**
 * Gives the items of a folder the names under which they are imported: without the IDs of other programs, and without what a
 * title can't contain.
 */
export function nameScan(scanned: ScannedFolder): NamedScan {
  const items = [...listItems(scanned)];
  const renamed = renameImportedItems(items);
  if (renamed.size === 0)
    return { root: scanned, relink: (_, text) => Promise.resolve(text), findSource: (path) => path };
  const toNewPath = (path: string) => renamed.get(path) ?? path;
  const sources = new Map(items.map(({ path }) => [toNewPath(path), path]));
  const files = new Map(
    items.flatMap(({ path, kind }) => (kind === "folder" ? [] : [[path, toNewPath(path)]])),
  );
  const findSource = (path: string) => sources.get(path) ?? path;
  return {
    root: renameFolder(scanned, toNewPath),
    findSource,
    async relink({ path }, text) {
      const { applyEdits, readMarkdown, relocateLinks } = await import("@mdreader/markdown");
      const place = { from: findSource(path), to: path };
      return applyEdits(
        text,
        relocateLinks(readMarkdown(text), place, (at) => files.get(at)),
      );
    },
  };
}

function* listItems({ folders, files, others }: ScannedFolder): Generator<ImportedItem> {
  for (const { path } of files) yield { path, kind: "document" };
  for (const { path } of others) yield { path, kind: "file" };
  for (const folder of folders) {
    yield { path: folder.path, kind: "folder" };
    yield* listItems(folder);
  }
}

function renameFolder(
  { path, folders, files, others }: ScannedFolder,
  toNewPath: (path: string) => string,
): ScannedFolder {
  const rename = (file: ScannedFile): ScannedFile => ({ ...file, ...toNamed(toNewPath(file.path)) });
  return {
    ...toNamed(path === "" ? "" : toNewPath(path)),
    folders: folders.map((folder) => renameFolder(folder, toNewPath)),
    files: files.map(rename),
    others: others.map(rename),
  };
}

const toNamed = (path: string) => ({ path, name: path.slice(path.lastIndexOf("/") + 1) });
