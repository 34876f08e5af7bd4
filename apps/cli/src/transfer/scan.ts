import type { Dirent } from "node:fs";
import { lstat, readdir, realpath } from "node:fs/promises";
import { join, sep } from "node:path";

import { codeOf, fileProblem } from "../files.ts";
import { folderNameProblem, titleOf, titleProblem } from "./names.ts";
import type { Problem } from "./report.ts";

/** A folder on disk in which, or below which, there is Markdown. */
export interface ScannedFolder {
  name: string;
  /** From the folder that was asked for, with slashes; empty for itself. */
  path: string;
  folders: ScannedFolder[];
  files: ScannedFile[];
  /** Other files, where they are wanted: pictures, say. */
  others: ScannedFile[];
}

export interface ScannedFile {
  name: string;
  path: string;
  /** Where its bytes are: for a link, where it leads. */
  location: string;
}

export interface Scan {
  root: ScannedFolder;
  /** What looks like Markdown but can't be taken. */
  failed: Problem[];
  /** Links to folders, which are not followed: they would bring things in twice, or never end. */
  skipped: Problem[];
}

export interface ScanOptions {
  /** The endings of the files wanted, as `.md`. */
  endings: readonly string[];
  /** Names of folders and files to leave out. */
  excluded: ReadonlySet<string>;
  /** Whether other files are wanted too: all but links and what is hidden. */
  others?: boolean;
}

/** Looks for Markdown in `folder` and below. Nothing outside of it is read, whatever links say. */
export async function scan(folder: string, options: ScanOptions): Promise<Scan> {
  const failed: Problem[] = [];
  const skipped: Problem[] = [];
  const realRoot = await realpath(folder);
  const root = await walk(realRoot, { name: "", path: "" });
  return { root, failed, skipped };

  async function walk(location: string, at: Pick<ScannedFolder, "name" | "path">): Promise<ScannedFolder> {
    const found: ScannedFolder = { ...at, folders: [], files: [], others: [] };
    for (const entry of await entriesOf(location, at.path)) await visit(entry, location, found);
    return found;
  }

  async function entriesOf(location: string, path: string): Promise<Dirent<Buffer>[]> {
    try {
      const entries = await readdir(location, { withFileTypes: true, encoding: "buffer" });
      return entries.toSorted((a, b) => Buffer.compare(a.name, b.name));
    } catch (error) {
      if (path === "") throw error;
      failed.push({ path: `${path}/`, message: fileProblem(error) });
      return [];
    }
  }

  async function visit(entry: Dirent<Buffer>, location: string, parent: ScannedFolder): Promise<void> {
    const name = entry.name.toString("utf8");
    if (options.excluded.has(name)) return;
    const path = parent.path === "" ? name : `${parent.path}/${name}`;
    const at = join(location, name);
    const isNamedInUtf8 = Buffer.from(name).equals(entry.name);

    if (entry.isDirectory()) {
      if (!isNamedInUtf8) failed.push({ path: `${path}/`, message: "its name is not UTF-8" });
      else await addFolder(at, { name, path }, parent);
    } else if (isWanted(name)) {
      const message = isNamedInUtf8 ? titleProblem(titleOf(name)) : "its name is not UTF-8";
      if (message === null) await addFile(entry, at, { name, path }, parent);
      else failed.push({ path, message });
    } else if (entry.isSymbolicLink() && (await leadsToFolder(at))) {
      skipped.push({ path, message: "is a link to a folder" });
    } else if (options.others === true && entry.isFile() && isNamedInUtf8 && !name.startsWith(".")) {
      parent.others.push({ name, path, location: at });
    }
  }

  async function addFolder(
    location: string,
    at: Pick<ScannedFolder, "name" | "path">,
    parent: ScannedFolder,
  ) {
    const found = await walk(location, at);
    if (found.folders.length + found.files.length + found.others.length === 0) return;
    const message = folderNameProblem(found.name);
    if (message === null) parent.folders.push(found);
    else failed.push({ path: `${found.path}/`, message, files: countFiles(found) });
  }

  async function addFile(
    entry: Dirent<Buffer>,
    location: string,
    at: Pick<ScannedFile, "name" | "path">,
    parent: ScannedFolder,
  ) {
    if (!entry.isSymbolicLink()) {
      parent.files.push({ ...at, location });
      return;
    }
    const target = await targetOf(location);
    if (target === "folder") skipped.push({ path: at.path, message: "is a link to a folder" });
    else if (typeof target === "string") failed.push({ path: at.path, message: target });
    else parent.files.push({ ...at, location: target.location });
  }

  /** Where a link leads; or why it is not followed, as a word or sentence. */
  async function targetOf(link: string): Promise<{ location: string } | string> {
    try {
      const location = await realpath(link);
      if ((await lstat(location)).isDirectory()) return "folder";
      return location.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)
        ? { location }
        : "is a link that leads out of the folder";
    } catch (error) {
      return codeOf(error) === "ENOENT" ? "is a link that leads nowhere" : fileProblem(error);
    }
  }

  async function leadsToFolder(link: string): Promise<boolean> {
    return (await targetOf(link)) === "folder";
  }

  function isWanted(name: string): boolean {
    const lower = name.toLowerCase();
    return options.endings.some((ending) => lower.endsWith(ending));
  }
}

/** How many files there are in a folder and below. */
export function countFiles({ files, folders }: ScannedFolder): number {
  return folders.reduce((sum, folder) => sum + countFiles(folder), files.length);
}
