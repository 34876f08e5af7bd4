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
import type { Entry, ZipFile } from "yauzl";

import { AppError } from "../../errors.ts";
import type { DomainSettings } from "../../ports.ts";
import { isLink } from "./archive.ts";
import { createNameReader, type EntryName } from "./entry-names.ts";

/** The importable contents of an archive, scanned before anything is imported. */
export interface ArchiveContents {
  documents: ArchiveItem[];
  /** All other files. */
  files: ArchiveItem[];
  /** Paths of the folders that the archive declares. */
  folders: string[];
  failed: ImportProblem[];
  skipped: ImportProblem[];
  uncertainNames: ImportProblem[];
}

export interface ArchiveItem {
  path: string;
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
 * Scans an archive. Entries that escape it, are links, or are unreadable are listed; the others are imported.
 * @throws AppError ARCHIVE_INVALID, ARCHIVE_TOO_LARGE
 */
export async function scanArchive(
  zip: ZipFile,
  settings: Pick<DomainSettings, "maxImportBytes" | "maxUploadBytes">,
  includeHidden: boolean,
): Promise<ArchiveContents> {
  if (zip.entryCount > maxEntries) throw new AppError("ARCHIVE_TOO_LARGE");
  const contents: ArchiveContents = {
    documents: [],
    files: [],
    folders: [],
    failed: [],
    skipped: [],
    uncertainNames: [],
  };
  const entries: Entry[] = [];
  const seen = new Set<string>();
  const skippedPaths = new Set<string>();
  let unpacked = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      unpacked += entry.uncompressedSize;
      entries.push(entry);
    }
  } catch (error) {
    throw error instanceof AppError ? error : new AppError("ARCHIVE_INVALID", { cause: error });
  }
  const isBomb = unpacked > ratioCheckBytes && unpacked > zip.fileSize * maxRatio;
  if (isBomb || unpacked > settings.maxImportBytes) throw new AppError("ARCHIVE_TOO_LARGE");
  const read = await createNameReader(entries);
  for (const entry of entries)
    classifyEntry(contents, entry, read(entry), { seen, skippedPaths, includeHidden }, settings);
  return contents;
}

function classifyEntry(
  contents: ArchiveContents,
  entry: Entry,
  entryName: EntryName,
  {
    seen,
    skippedPaths,
    includeHidden,
  }: { seen: Set<string>; skippedPaths: Set<string>; includeHidden: boolean },
  { maxUploadBytes }: Pick<DomainSettings, "maxUploadBytes">,
): void {
  const name = normalizeName(entryName.name);
  const path = name.replace(/\/$/, "");
  // The root folder of the archive.
  if (path === "" || path === ".") return;
  // First, because other checks take time for each folder of a name, and a name may have 32,000.
  const excess = findExcess(path);
  const skipped = findLeftOut(excess === null ? name : cutToLimits(name), { includeHidden });
  if (skipped !== null) {
    if (skippedPaths.has(skipped.path)) return;
    skippedPaths.add(skipped.path);
    return void contents.skipped.push({ path: skipped.path, message: leftOutMessages[skipped.reason] });
  }
  const fail = (message: string) => void contents.failed.push({ path, message });
  const skip = (message: string) => void contents.skipped.push({ path, message });

  if (excess !== null) {
    const shown = path.length > maxPathBytes ? `${path.slice(0, maxNameLength)}…` : path;
    return void contents.skipped.push({ path: shown, message: excess });
  }
  const problem = findPathProblem(path, name.endsWith("/"));
  if (problem !== null) return skip(problem);
  if (isLink(entry)) return skip("is a link");
  if (seen.has(path)) return fail("is a duplicate");
  seen.add(path);
  if (!entryName.isCertain) {
    contents.uncertainNames.push({
      path,
      message: "name may be garbled: the archive does not declare its encoding",
    });
  }
  if (name.endsWith("/")) return void contents.folders.push(path);
  if (entry.isEncrypted()) return fail("is encrypted");
  if (!entry.canDecodeFileData()) return fail("uses an unsupported compression method");
  if (!isDocumentName(path)) {
    if (entry.uncompressedSize > maxUploadBytes) return fail("exceeds the maximum file size");
    return void contents.files.push({ path, entry });
  }
  if (entry.uncompressedSize > maxDocumentBytes) return fail("exceeds the maximum document size");
  const title = findTitleProblem(toTitle(path.slice(path.lastIndexOf("/") + 1)));
  if (title !== null) return fail(title);
  contents.documents.push({ path, entry });
}

/** Normalizes an entry's name, such as `./a.md` or `d//a.md`. */
function normalizeName(name: string): string {
  return name
    .replaceAll(/\/{2,}/gu, (run, at: number) => (at === 0 ? run : "/"))
    .replaceAll(/(^|\/)(?:\.\/)+/gu, "$1");
}

/** Returns why a path cannot be imported because of its size. */
function findExcess(path: string): string | null {
  if (path.length > maxPathBytes) return "has a name that is too long";
  return path.split("/").length > maxPathDepth ? "is nested too deeply" : null;
}

/** Returns the folders at the start of a name that are within the limits, with a slash at the end. */
function cutToLimits(name: string): string {
  const folders = name.slice(0, maxPathBytes).split("/").slice(0, -1);
  return folders
    .slice(0, maxPathDepth)
    .map((folder) => `${folder}/`)
    .join("");
}

/** Returns why a path cannot be imported: it escapes the archive, or has an invalid name. */
function findPathProblem(path: string, isFolder: boolean): string | null {
  if (path.startsWith("/") || /^[a-z]:/i.test(path)) return "is an absolute path";
  if (path.split("/").includes("..")) return "points outside the archive";
  if (!filePath.safeParse(path).success || path.trim() !== path) return "has an invalid name";
  const folders = path.split("/").slice(0, isFolder ? undefined : -1);
  return folders.map(findFolderNameProblem).find((problem) => problem !== null) ?? null;
}
