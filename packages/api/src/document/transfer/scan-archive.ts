import {
  filePath,
  findLeftOut,
  type ImportProblem,
  leftOutMessages,
  maxDocumentBytes,
  maxNameLength,
  maxPathBytes,
  maxPathDepth,
} from "@mdreader/contract";
import {
  findFolderNameProblem,
  isDocumentName,
  toTitle,
  findTitleProblem,
} from "@mdreader/contract/file-names";
import { type ImportedItem, renameImportedItems } from "@mdreader/contract/imported-paths";
import type { Entry, ZipFile } from "yauzl";

import { AppError } from "../../errors.ts";
import { parseFileName } from "../../file/file.ts";
import type { DomainSettings } from "../../ports.ts";
import { isLink } from "./archive.ts";
import { createNameReader, type EntryName } from "./entry-names.ts";

/** The importable contents of archives, scanned before anything is imported. */
export interface ArchiveContents {
  documents: ArchiveItem[];
  /** All other files. */
  files: ArchiveItem[];
  /** Paths of the folders that the archives declare. */
  folders: string[];
  /** The new paths of renamed items and folders, by their paths in the archives. */
  renamed: ReadonlyMap<string, string>;
  failed: ImportProblem[];
  skipped: ImportProblem[];
  uncertainNames: ImportProblem[];
}

export interface ArchiveItem {
  /** The path to import to. */
  path: string;
  /** The path in the archive. */
  source: string;
  zip: ZipFile;
  entry: Entry;
}

/** Maximum number of entries. */
const maxEntries = 50_000;

/**
 * Unpacked bytes from which the compression ratio is checked against `maxRatio`. Text stays below it; zip bombs
 * exceed it.
 */
const ratioCheckBytes = 64 * 1024 * 1024;
const maxRatio = 100;

/**
 * Scans archives whose contents belong together. Entries that escape them, are links, or are unreadable are listed; the
 * others are imported.
 * @param problems The problems of the archive that contained these, which are included.
 * @throws AppError ARCHIVE_INVALID, ARCHIVE_TOO_LARGE
 */
export async function scanArchives(
  zips: readonly ZipFile[],
  { includeHidden, maxImportBytes }: ScanOptions,
  problems: Pick<ArchiveContents, "failed" | "skipped" | "uncertainNames"> = createProblems(),
): Promise<ArchiveContents> {
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  if (sum(zips.map(({ entryCount }) => entryCount)) > maxEntries) throw new AppError("ARCHIVE_TOO_LARGE");
  const { failed, skipped, uncertainNames } = problems;
  const contents: ClassifiedEntries = { candidates: [], failed, skipped, uncertainNames };
  const archives: { zip: ZipFile; entries: Entry[] }[] = [];
  for (const zip of zips) archives.push({ zip, entries: await readEntries(zip) });
  const unpacked = sum(archives.flatMap(({ entries }) => entries.map((entry) => entry.uncompressedSize)));
  const isBomb =
    unpacked > ratioCheckBytes && unpacked > sum(zips.map(({ fileSize }) => fileSize)) * maxRatio;
  if (isBomb || unpacked > maxImportBytes) throw new AppError("ARCHIVE_TOO_LARGE");
  const seen = new Set<string>();
  const skippedPaths = new Set<string>();
  for (const { zip, entries } of archives) {
    const readName = await createNameReader(entries);
    for (const entry of entries)
      classifyEntry(contents, { zip, entry }, readName(entry), { seen, skippedPaths, includeHidden });
  }
  return toArchiveContents(contents);
}

interface ScanOptions extends Pick<DomainSettings, "maxImportBytes"> {
  includeHidden: boolean;
}

const createProblems = () => ({ failed: [], skipped: [], uncertainNames: [] });

async function readEntries(zip: ZipFile): Promise<Entry[]> {
  try {
    return await Array.fromAsync(zip.eachEntry());
  } catch (error) {
    throw error instanceof AppError ? error : new AppError("ARCHIVE_INVALID", { cause: error });
  }
}

/** An entry that may be imported, before its new name is known. */
type ArchiveCandidate = ImportedItem & Pick<ArchiveItem, "zip" | "entry">;

interface ClassifiedEntries extends Pick<ArchiveContents, "failed" | "skipped" | "uncertainNames"> {
  candidates: ArchiveCandidate[];
}

function classifyEntry(
  contents: ClassifiedEntries,
  item: Pick<ArchiveItem, "zip" | "entry">,
  entryName: EntryName,
  {
    seen,
    skippedPaths,
    includeHidden,
  }: { seen: Set<string>; skippedPaths: Set<string> } & Pick<ScanOptions, "includeHidden">,
): void {
  const { entry } = item;
  const name = normalizeName(entryName.name);
  const path = name.replace(/\/$/, "");
  // The root folder of the archive.
  if (path === "" || path === ".") return;
  // First, because other checks take time for each folder of a name, and a name may have 32,000.
  const sizeProblem = findSizeProblem(path);
  const skipped = findLeftOut(sizeProblem === null ? name : truncateToLimits(name), { includeHidden });
  if (skipped !== null) {
    if (skippedPaths.has(skipped.path)) return;
    skippedPaths.add(skipped.path);
    return void contents.skipped.push({ path: skipped.path, message: leftOutMessages[skipped.reason] });
  }
  const fail = (message: string) => void contents.failed.push({ path, message });
  const skip = (message: string) => void contents.skipped.push({ path, message });

  if (sizeProblem !== null) {
    const shortened = path.length > maxPathBytes ? `${path.slice(0, maxNameLength)}…` : path;
    return void contents.skipped.push({ path: shortened, message: sizeProblem });
  }
  const problem = findPathProblem(path);
  if (problem !== null) return skip(problem);
  if (isLink(entry)) return skip("is a symbolic link");
  const isFolder = name.endsWith("/");
  if (seen.has(path)) {
    // Each part of an export declares its folders.
    if (!isFolder) fail("is a duplicate");
    return;
  }
  seen.add(path);
  if (!entryName.isCertain) {
    contents.uncertainNames.push({
      path,
      message: "name may be garbled: the archive doesn't declare its encoding",
    });
  }
  const kind = isFolder ? "folder" : isDocumentName(path) ? "document" : "file";
  if (!isFolder && entry.isEncrypted()) return fail("is encrypted");
  if (!isFolder && !entry.canDecodeFileData()) return fail("uses an unsupported compression method");
  contents.candidates.push({ path, kind, ...item });
}

/** Gives the items the names under which they are imported. Those whose names are not valid are listed. */
function toArchiveContents({ candidates, ...problems }: ClassifiedEntries): ArchiveContents {
  const renamed = renameImportedItems(candidates);
  const contents: ArchiveContents = { documents: [], files: [], folders: [], renamed, ...problems };
  for (const { path: source, kind, zip, entry } of candidates) {
    const path = renamed.get(source) ?? source;
    const fail = (message: string) => void contents.failed.push({ path: source, message });
    const problem = findNameProblem(path, kind);
    if (problem !== null) {
      contents.skipped.push({ path: source, message: problem });
    } else if (kind === "folder") {
      contents.folders.push(path);
    } else if (kind === "file") {
      contents.files.push({ path, source, zip, entry });
    } else if (entry.uncompressedSize > maxDocumentBytes) {
      fail("exceeds the maximum document size");
    } else {
      const title = findTitleProblem(toTitle(parseFileName(path)));
      if (title === null) contents.documents.push({ path, source, zip, entry });
      else fail(title);
    }
  }
  return contents;
}

/** Normalizes an entry's name, such as `./a.md` or `d//a.md`. */
function normalizeName(name: string): string {
  return name
    .replaceAll(/\/{2,}/gu, (run, at: number) => (at === 0 ? run : "/"))
    .replaceAll(/(^|\/)(?:\.\/)+/gu, "$1");
}

/** Returns why a path cannot be imported because of its size. */
function findSizeProblem(path: string): string | null {
  if (path.length > maxPathBytes) return "has a name that is too long";
  return path.split("/").length > maxPathDepth ? "is nested too deeply" : null;
}

/** Returns the folders at the start of a name that are within the limits, with a slash at the end. */
function truncateToLimits(name: string): string {
  const folders = name.slice(0, maxPathBytes).split("/").slice(0, -1);
  return folders
    .slice(0, maxPathDepth)
    .map((folder) => `${folder}/`)
    .join("");
}

/** Returns why a path cannot be imported: it escapes the archive, or has names that no file can have. */
function findPathProblem(path: string): string | null {
  if (path.startsWith("/") || /^[a-z]:/i.test(path)) return "is an absolute path";
  if (path.split("/").includes("..")) return "points outside the archive";
  return filePath.safeParse(path).success ? null : "has an invalid name";
}

/** Returns why nothing can have these names in a workspace. */
function findNameProblem(path: string, kind: ArchiveCandidate["kind"]): string | null {
  if (!filePath.safeParse(path).success || path.trim() !== path) return "has an invalid name";
  const folders = path.split("/").slice(0, kind === "folder" ? undefined : -1);
  return folders.map(findFolderNameProblem).find((problem) => problem !== null) ?? null;
}
