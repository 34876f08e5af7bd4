import { type ImportReport, maxReportedProblems, type Reason, reasons } from "@mdreader/contract";
import { toTitle } from "@mdreader/contract/file-names";
import type { UploadRow } from "@mdreader/db";
import type { ZipFile } from "yauzl";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { openArchive, openEntry } from "./archive.ts";
import { createImportTarget, type ImportTarget } from "./import-target.ts";
import { leaseUpload } from "./lease.ts";
import { readText } from "./read-text.ts";
import { scanArchive, type ArchiveItem } from "./scan-archive.ts";

/** How far an import is. */
export interface ImportProgress {
  done: number;
  total: number;
}

/** After these, nothing that is left would succeed either. */
const fatalReasons = new Set<Reason>([
  "NOT_FOUND",
  "ROLE_TOO_LOW",
  "SESSION_ENDED",
  "SCOPE_MISSING",
  "UNAVAILABLE",
  "INTERNAL",
]);

/**
 * Unpacks an archive that has arrived into a folder: Markdown becomes documents, all else files at their paths. It is read
 * piece by piece. What can't be taken is listed, and the rest goes on; imported again, it changes what differs.
 *
 * @throws AppError UPLOAD_INCOMPLETE, IMPORT_RUNNING, ARCHIVE_INVALID, ARCHIVE_TOO_LARGE before anything is changed; what
 *   ends the access.
 */
export async function* importArchive(
  ctx: Context,
  access: WorkspaceAccess<"document.import">,
  upload: UploadRow,
  { folderId, includeHidden = false }: { folderId: string | null; includeHidden?: boolean },
): AsyncGenerator<ImportProgress, ImportReport> {
  const { storage, settings } = ctx;
  if (upload.purpose !== "import" || upload.completedAt !== null) throw new AppError("NOT_FOUND");
  if ((await storage.draftSize(upload.id)) !== upload.size) throw new AppError("UPLOAD_INCOMPLETE");
  await using lease = await leaseUpload(ctx, upload.id);
  const zip = await openArchive(storage, upload.id, upload.size);
  const { documents, files, folders, failed, skipped, uncertainNames } = await scanArchive(
    zip,
    settings,
    includeHidden,
  );
  const destination = await createImportTarget(ctx, access, folderId, [
    ...documents.map(({ path }) => parentPath(path)),
    // Folders that hold files only are parts of the files' paths; those that hold nothing are folders.
    ...emptyFolders(folders, files),
  ]);
  const report: ImportReport = { ...createReport(), failed, skipped, uncertainNames };
  const items = [
    ...documents.map((item) => () => importDocument(zip, destination, item, report)),
    ...files.map((item) => () => importFile(zip, destination, item, report)),
  ];
  for (const [done, take] of items.entries()) {
    yield { done, total: items.length };
    lease.assertHeld();
    await take();
  }
  yield { done: items.length, total: items.length };
  await lease.complete();
  await storage.dropDraft(upload.id);
  return {
    ...report,
    folders: destination.foldersCreated(),
    failed: failed.slice(0, maxReportedProblems),
    skipped: skipped.slice(0, maxReportedProblems),
    uncertainNames: uncertainNames.slice(0, maxReportedProblems),
    notListed: [failed, skipped, uncertainNames]
      .map(({ length }) => Math.max(0, length - maxReportedProblems))
      .reduce((sum, count) => sum + count, 0),
  };
}

/** The report of an import that has done nothing yet. */
export function createReport(): ImportReport {
  return {
    created: 0,
    updated: 0,
    unchanged: 0,
    files: 0,
    folders: 0,
    failed: [],
    skipped: [],
    uncertainNames: [],
    notListed: 0,
  };
}

const parentPath = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));
const baseName = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** The folders that no file lies below. An archive may have tens of thousands of both: each is looked at once. */
function emptyFolders(folders: readonly string[], files: readonly ArchiveItem[]): string[] {
  const above = new Set<string>();
  for (const { path } of files) {
    // What is above a folder that is known is known, too.
    for (let at = parentPath(path); at !== "" && !above.has(at); at = parentPath(at)) above.add(at);
  }
  return folders.filter((folder) => !above.has(folder));
}

function importDocument(
  zip: ZipFile,
  to: ImportTarget,
  { path, entry }: ArchiveItem,
  report: ImportReport,
): Promise<void> {
  return recordFailure(report, path, async () => {
    const content = await readText(await openEntry(zip, entry));
    report[await to.putDocument(parentPath(path), toTitle(baseName(path)), content)] += 1;
  });
}

function importFile(
  zip: ZipFile,
  to: ImportTarget,
  { path, entry }: ArchiveItem,
  report: ImportReport,
): Promise<void> {
  return recordFailure(report, path, async () => {
    const open = () => openEntry(zip, entry);
    if (await to.putFile(path, entry.uncompressedSize, open)) report.files += 1;
  });
}

/** Does it, or notes why it can't be done. */
async function recordFailure(
  { failed }: ImportReport,
  path: string,
  take: () => Promise<void>,
): Promise<void> {
  try {
    await take();
  } catch (error) {
    if (!(error instanceof AppError)) {
      // Of the archive's own: what is packed is not what it says. All else is a failure of ours.
      if (!isOfArchive(error)) throw error;
      failed.push({ path, message: "is damaged" });
      return;
    }
    if (fatalReasons.has(error.reason)) throw error;
    failed.push({ path, message: error.fieldErrors?.[""]?.[0] ?? reasons[error.reason] });
  }
}

/** Errors of zlib, and those that the reader of archives throws, which have no code. */
function isOfArchive(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return "code" in error ? String(error.code).startsWith("Z_") : error.name === "Error";
}
