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

/** The progress of an import. */
export interface ImportProgress {
  done: number;
  total: number;
}

/** Errors after which no remaining item would succeed. */
const fatalReasons = new Set<Reason>([
  "NOT_FOUND",
  "ROLE_TOO_LOW",
  "SESSION_ENDED",
  "SCOPE_MISSING",
  "UNAVAILABLE",
  "INTERNAL",
]);

/**
 * Unpacks an uploaded archive into a folder: Markdown files become documents, others become files at their paths.
 * The archive is streamed. Items that cannot be imported are listed, and the others are imported. A repeated import
 * updates only what differs.
 *
 * @throws AppError UPLOAD_INCOMPLETE, IMPORT_RUNNING, ARCHIVE_INVALID, ARCHIVE_TOO_LARGE before anything changes;
 *   any error of the access check.
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
    // Folders that contain only files become part of the files' paths. Empty ones become folders.
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

/** Creates an empty import report. */
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

/**
 * Returns the folders without files below them, in linear time, because an archive may have tens of thousands of
 * both.
 */
function emptyFolders(folders: readonly string[], files: readonly ArchiveItem[]): string[] {
  const above = new Set<string>();
  for (const { path } of files) {
    // The ancestors of a known folder are known, too.
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

/** Runs `work`, or records why it failed. */
async function recordFailure(
  { failed }: ImportReport,
  path: string,
  take: () => Promise<void>,
): Promise<void> {
  try {
    await take();
  } catch (error) {
    if (!(error instanceof AppError)) {
      // The archive itself is corrupt. Any other error is internal.
      if (!isArchiveError(error)) throw error;
      failed.push({ path, message: "is damaged" });
      return;
    }
    if (fatalReasons.has(error.reason)) throw error;
    failed.push({ path, message: error.fieldErrors?.[""]?.[0] ?? reasons[error.reason] });
  }
}

/** Whether an error comes from the archive: zlib errors, and those of the archive reader, which have no code. */
function isArchiveError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return "code" in error ? String(error.code).startsWith("Z_") : error.name === "Error";
}
