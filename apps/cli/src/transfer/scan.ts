import type { Dirent } from "node:fs";
import { lstat, readdir, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import { createPathFilter, type LeftOut, type PathOptions } from "@mdreader/contract/synced-paths";

import { errorCode, describeFileError } from "../files.ts";
import { findFolderNameProblem, toTitle, findTitleProblem } from "./names.ts";
import type { Problem } from "./report.ts";

/** A folder on disk that contains selected files, directly or in subfolders. */
export interface ScannedFolder {
  name: string;
  /** The path relative to the scanned folder, with slashes; empty for itself. */
  path: string;
  folders: ScannedFolder[];
  files: ScannedFile[];
  /** Other files, such as images, if `others` is set. */
  others: ScannedFile[];
}

export interface ScannedFile {
  name: string;
  path: string;
  /** The location of the bytes: for a link, its target. */
  location: string;
}

export interface Scan {
  root: ScannedFolder;
  /** Unsupported files and folders; the path of a folder ends with a slash. */
  failed: Problem[];
  /** Links to folders, which are not followed: they could cause duplicates or endless recursion. */
  skipped: Problem[];
  /** Excluded files and whole folders. */
  leftOut: LeftOut[];
}

export interface ScanOptions {
  /** The paths to include. */
  paths: PathOptions;
  /** Whether the file at a path becomes a document. */
  isDocument(path: string): boolean;
  /** Whether to include other files. */
  others?: boolean;
  /** Whether links to files inside the folder are followed. */
  followLinks?: boolean;
  /** Whether names may begin or end with whitespace, because they are changed later. */
  allowSpaces?: boolean;
}

/** Finds the files of `folder` and its subfolders. Links to files outside are never read. */
export async function scan(folder: string, options: ScanOptions): Promise<Scan> {
  const { paths, isDocument, others: wantsOthers = false, followLinks = true } = options;
  const toChecked = (name: string) => (options.allowSpaces === true ? name.trim() : name);
  const failed: Problem[] = [];
  const skipped: Problem[] = [];
  const leftOut: LeftOut[] = [];
  const filter = createPathFilter(paths);
  const realRoot = await realpath(folder);
  const root = await walk(realRoot, { name: "", path: "" });
  return { root, failed, skipped, leftOut };

  async function walk(location: string, at: Pick<ScannedFolder, "name" | "path">): Promise<ScannedFolder> {
    const found: ScannedFolder = { ...at, folders: [], files: [], others: [] };
    for (const entry of await readEntries(location, at.path)) {
      const visited = visit(entry, location, found);
      if (visited !== null) await visited;
    }
    return found;
  }

  async function readEntries(location: string, path: string): Promise<Dirent<Buffer>[]> {
    try {
      const entries = await readdir(location, { withFileTypes: true, encoding: "buffer" });
      return entries.toSorted((a, b) => Buffer.compare(a.name, b.name));
    } catch (error) {
      if (path === "") throw error;
      failed.push({ path: `${path}/`, message: describeFileError(error) });
      return [];
    }
  }

  /** @returns A promise for folders and links. Other files need no further look at the disk. */
  function visit(entry: Dirent<Buffer>, location: string, parent: ScannedFolder): Promise<void> | null {
    const name = entry.name.toString("utf8");
    const path = parent.path === "" ? name : `${parent.path}/${name}`;
    const out = filter(entry.isDirectory() ? `${path}/` : path);
    const at = join(location, name);
    if (out !== null) leftOut.push(out);
    else if (!Buffer.from(name).equals(entry.name)) {
      failed.push({ path: entry.isDirectory() ? `${path}/` : path, message: "its name isn't UTF-8" });
    } else if (entry.isDirectory()) {
      return addFolder(at, { name, path }, parent);
    } else if (isDocument(path) || wantsOthers) {
      const checked = isDocument(path) ? toTitle(name) : name;
      const message = findTitleProblem(toChecked(checked)) ?? findNameProblem(path);
      if (message !== null) failed.push({ path, message });
      else if (entry.isSymbolicLink()) return addLink(at, { name, path }, parent);
      else if (entry.isFile() || isDocument(path))
        selectList(parent, path).push({ name, path, location: at });
    } else if (entry.isSymbolicLink()) {
      return skipLinkedFolder(at, path);
    }
    return null;
  }

  function selectList({ files, others }: ScannedFolder, path: string): ScannedFile[] {
    return isDocument(path) ? files : others;
  }

  async function skipLinkedFolder(location: string, path: string) {
    if ((await resolveTarget(location)) === "folder")
      skipped.push({ path, message: "is a symbolic link to a folder" });
  }

  /** Only document titles may contain a backslash. */
  function findNameProblem(path: string): string | null {
    return !isDocument(path) && path.includes("\\") ? "its name has a backslash" : null;
  }

  async function addFolder(
    location: string,
    at: Pick<ScannedFolder, "name" | "path">,
    parent: ScannedFolder,
  ) {
    const found = await walk(location, at);
    if (found.folders.length + found.files.length + found.others.length === 0) return;
    const message = findFolderNameProblem(toChecked(found.name));
    if (message === null) parent.folders.push(found);
    else failed.push({ path: `${found.path}/`, message, files: countFiles(found) });
  }

  async function addLink(
    location: string,
    at: Pick<ScannedFile, "name" | "path">,
    parent: ScannedFolder,
  ): Promise<void> {
    const target = await resolveTarget(location);
    if (target === "folder") skipped.push({ path: at.path, message: "is a symbolic link to a folder" });
    else if (typeof target === "string") failed.push({ path: at.path, message: target });
    else if (!followLinks) failed.push({ path: at.path, message: "is a symbolic link" });
    else selectList(parent, at.path).push({ ...at, location: target.location });
  }

  /** The target of a link, `"folder"`, or the reason that it is not followed. */
  async function resolveTarget(link: string): Promise<{ location: string } | string> {
    try {
      const location = await realpath(link);
      if ((await lstat(location)).isDirectory()) return "folder";
      if (!location.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) {
        return "is a symbolic link to a file outside the folder";
      }
      const inside = relative(realRoot, location).replaceAll(sep, "/");
      return filter(inside) === null ? { location } : "is a symbolic link to a file that is left out";
    } catch (error) {
      return errorCode(error) === "ENOENT" ? "is a broken symbolic link" : describeFileError(error);
    }
  }
}

/** The number of document files in a folder and its subfolders. */
export function countFiles({ files, folders }: ScannedFolder): number {
  return folders.reduce((sum, folder) => sum + countFiles(folder), files.length);
}
