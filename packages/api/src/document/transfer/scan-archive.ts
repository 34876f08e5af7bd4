import {
  filePath,
  findLeftOut,
  type ImportProblem,
  leftOutMessages,
  maxDocumentBytes,
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
import { maxDepth } from "../folder/find.ts";
import { isLink } from "./archive.ts";
import { createNameReader, type EntryName } from "./entry-names.ts";

/** What an archive has that can be taken, looked through before anything is. */
export interface ArchiveContents {
  documents: ArchiveItem[];
  /** All else. */
  files: ArchiveItem[];
  /** Folders that the archive names, as paths. */
  folders: string[];
  failed: ImportProblem[];
  skipped: ImportProblem[];
  uncertainNames: ImportProblem[];
}

export interface ArchiveItem {
  path: string;
  entry: Entry;
}

/** More entries are not looked at. */
const maxEntries = 50_000;

/** An archive that unpacks to more than this may do so by this factor at most: no text packs better, but bombs do. */
const ratioCheckBytes = 64 * 1024 * 1024;
const maxRatio = 100;

/**
 * Looks through an archive. What leads out of it, is a link, or can't be read is listed, and the rest can be taken.
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
  const leftOut = new Set<string>();
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
    classifyEntry(contents, entry, read(entry), { seen, leftOut, includeHidden }, settings);
  return contents;
}

function classifyEntry(
  contents: ArchiveContents,
  entry: Entry,
  entryName: EntryName,
  { seen, leftOut, includeHidden }: { seen: Set<string>; leftOut: Set<string>; includeHidden: boolean },
  { maxUploadBytes }: Pick<DomainSettings, "maxUploadBytes">,
): void {
  const name = normalizeName(entryName.name);
  const path = name.replace(/\/$/, "");
  // The archive's own folder.
  if (path === "" || path === ".") return;
  const out = findLeftOut(name, { includeHidden });
  if (out !== null) {
    if (leftOut.has(out.path)) return;
    leftOut.add(out.path);
    return void contents.skipped.push({ path: out.path, message: leftOutMessages[out.reason] });
  }
  const fail = (message: string) => void contents.failed.push({ path, message });
  const skip = (message: string) => void contents.skipped.push({ path, message });

  const problem = findPathProblem(path, name.endsWith("/"));
  if (problem !== null) return skip(problem);
  if (isLink(entry)) return skip("is a link");
  if (seen.has(path)) return fail("is there twice");
  seen.add(path);
  if (!entryName.isCertain) {
    contents.uncertainNames.push({
      path,
      message: "may be misspelled: the archive does not say its encoding",
    });
  }
  if (name.endsWith("/")) return void contents.folders.push(path);
  if (entry.isEncrypted()) return fail("is encrypted");
  if (!entry.canDecodeFileData()) return fail("is packed in a way that is not known");
  if (!isDocumentName(path)) {
    if (entry.uncompressedSize > maxUploadBytes) return fail("is larger than a file may be");
    return void contents.files.push({ path, entry });
  }
  if (entry.uncompressedSize > maxDocumentBytes) return fail("is larger than a document may be");
  const title = findTitleProblem(toTitle(path.slice(path.lastIndexOf("/") + 1)));
  if (title !== null) return fail(title);
  contents.documents.push({ path, entry });
}

/** An entry's name without what says nothing, as in `./a.md` and `d//a.md`. */
function normalizeName(name: string): string {
  return name
    .replaceAll(/\/{2,}/gu, (run, at: number) => (at === 0 ? run : "/"))
    .replaceAll(/(^|\/)(?:\.\/)+/gu, "$1");
}

/** Why a path can't be taken: it leads out, or has a name that no folder may have. */
function findPathProblem(path: string, isFolder: boolean): string | null {
  if (path.startsWith("/") || /^[a-z]:/i.test(path)) return "begins at the root of a disk";
  if (path.split("/").includes("..")) return "leads out of the archive";
  if (!filePath.safeParse(path).success || path.trim() !== path) return "has a name that can't be used";
  const folders = path.split("/").slice(0, isFolder ? undefined : -1);
  if (folders.length > maxDepth) return "lies too deep";
  return folders.map(findFolderNameProblem).find((problem) => problem !== null) ?? null;
}
