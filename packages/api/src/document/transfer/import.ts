import { type ImportReport, maxReportedProblems, type Reason, reasons } from "@mdreader/contract";
import { toTitle } from "@mdreader/contract/file-names";
import type { UploadRow } from "@mdreader/db";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { parseFileName } from "../../file/file.ts";
import type { DomainSettings } from "../../ports.ts";
import { isSplitExport, openParts } from "./archive-parts.ts";
import { isArchiveError, openArchive, openEntry } from "./archive.ts";
import { decodeDocument } from "./decode-document.ts";
import { createImportTarget, type ImportedText, type ImportTarget } from "./import-target.ts";
import { type RewriteImportedLinks, createImportedLinkRewriter } from "./imported-text.ts";
import { leaseUpload } from "./lease.ts";
import { scanArchives, type ArchiveItem } from "./scan-archive.ts";

/** The progress of an import. */
export interface ImportProgress {
  done: number;
  total: number;
}

/** The reasons after which importing the remaining items would fail, too. */
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
 * The archive is streamed. If it contains nothing but the parts of an export, their contents are imported together. Items
 * that cannot be imported are listed, and the others are imported. A repeated import updates only items that differ.
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
  if ((await storage.readDraftSize(upload.id)) !== upload.size) throw new AppError("UPLOAD_INCOMPLETE");
  await using lease = await leaseUpload(ctx, upload.id);
  const zip = await openArchive(storage, upload.id, upload.size);
  const options = { includeHidden, maxImportBytes: settings.maxImportBytes };
  const outerContents = await scanArchives([zip], options);
  await using parts = isSplitExport(outerContents) ? await openParts(ctx, access, outerContents.files) : null;
  const contents = parts === null ? outerContents : await scanArchives(parts.zips, options, outerContents);
  const { documents, files, folders, failed, skipped, uncertainNames } = contents;
  const rewriteLinks = createImportedLinkRewriter(ctx, access.caller.userId, contents);
  const destination = await createImportTarget(ctx, access, folderId, [
    ...documents.map(({ path }) => toParentPath(path)),
    // Folders that contain only files become part of the files' paths. Empty ones become folders.
    ...findEmptyFolders(folders, files),
  ]);
  const report: ImportReport = { ...createReport(), failed, skipped, uncertainNames };
  const total = documents.length + files.length;
  let done = 0;
  for (const items of splitIntoBatches(documents)) {
    yield { done, total };
    lease.assertHeld();
    await importDocuments(rewriteLinks, destination, items, report);
    done += items.length;
  }
  for (const item of files) {
    yield { done, total };
    lease.assertHeld();
    await importFile(destination, item, report, settings);
    done += 1;
  }
  yield { done, total };
  await lease.complete();
  await storage.deleteDraft(upload.id);
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

const toParentPath = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/**
 * Returns the folders without files below them, in linear time, because an archive may have tens of thousands of
 * both.
 */
function findEmptyFolders(folders: readonly string[], files: readonly ArchiveItem[]): string[] {
  const ancestors = new Set<string>();
  for (const { path } of files) {
    // The ancestors of a folder are added with it.
    for (let at = toParentPath(path); at !== "" && !ancestors.has(at); at = toParentPath(at))
      ancestors.add(at);
  }
  return folders.filter((folder) => !ancestors.has(folder));
}

/** Returns the folder and the title of the document that an entry becomes. No two entries have the same. */
const toDocumentLocation = ({ path }: ArchiveItem) => ({
  folder: toParentPath(path),
  title: toTitle(parseFileName(path)),
});

/** Maximum number of documents that are imported at a time, and of their bytes. */
const maxBatch = { count: 200, bytes: 4 * 1024 * 1024 };

/** Splits documents into batches, each for a few transactions. */
function* splitIntoBatches(items: readonly ArchiveItem[]): Generator<ArchiveItem[]> {
  let batch: ArchiveItem[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = item.entry.uncompressedSize;
    const isFull = batch.length === maxBatch.count || bytes + size > maxBatch.bytes;
    if (batch.length > 0 && isFull) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

async function importDocuments(
  rewriteLinks: RewriteImportedLinks,
  to: ImportTarget,
  items: readonly ArchiveItem[],
  report: ImportReport,
): Promise<void> {
  const texts: (ImportedText & { path: string })[] = [];
  for (const item of items) {
    await recordFailure(report, item.source, async () => {
      const content = await rewriteLinks(item, await decodeDocument(await openEntry(item.zip, item.entry)));
      texts.push({ ...toDocumentLocation(item), path: item.source, content });
    });
  }
  const outcomes = await to.putDocuments(texts);
  for (const [index, outcome] of outcomes.entries()) {
    await recordFailure(report, texts[index]?.path ?? "", async () => {
      if (outcome.status === "rejected") throw outcome.reason;
      report[outcome.value] += 1;
    });
  }
}

function importFile(
  to: ImportTarget,
  { path, source, zip, entry }: ArchiveItem,
  report: ImportReport,
  { maxUploadBytes }: Pick<DomainSettings, "maxUploadBytes">,
): Promise<void> {
  return recordFailure(report, source, async () => {
    if (entry.uncompressedSize > maxUploadBytes)
      return void report.failed.push({ path: source, message: "exceeds the maximum file size" });
    const open = () => openEntry(zip, entry);
    if (await to.putFile(path, entry.uncompressedSize, open)) report.files += 1;
  });
}

/** Runs `work`, or records why it failed. */
async function recordFailure(
  { failed }: ImportReport,
  path: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
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
