import type { Client } from "@mdreader/client";
import { isVersionControl, leftOutMessages } from "@mdreader/contract/synced-paths";

import { toShortMessage } from "../failure.ts";
import { removeAbandoned } from "../files.ts";
import type { Progress } from "../progress.ts";
import { listRemoteFiles, type RemoteFile, writeAttachment } from "./attachments.ts";
import { rewriteExportedLinks } from "./exported-text.ts";
import { type Listing, listContents, type ListedFolder } from "./listing.ts";
import { UnsupportedFileError } from "./markdown-file.ts";
import { foldCase, type NameRules } from "./names.ts";
import { createPool, PoolStoppedError } from "./pool.ts";
import type { Problem } from "./report.ts";
import { openFolder, type TargetFolder, writeTree } from "./write-tree.ts";

export interface ExportReport {
  written: number;
  unchanged: number;
  folders: number;
  /** The number of other files written. */
  files: number;
  failed: Problem[];
  /** Version control files, which are never written because their hooks could run commands. */
  leftOut: Problem[];
}

export interface ExportOptions {
  client: Client;
  rules: NameRules;
  progress: Progress;
  /** Whether existing files that differ are replaced. */
  overwrite: boolean;
}

/**
 * Exports the documents and files of a workspace folder and its subfolders. Failed files are reported and do not stop the
 * export. Nothing is removed.
 *
 * @returns The report, and the error that aborted the export; null if it completed. Rejects if nothing was started.
 */
export async function exportFolder(
  source: ListedFolder,
  target: TargetFolder,
  { client, rules, progress, overwrite }: ExportOptions,
): Promise<{ report: ExportReport; stoppedBy: unknown }> {
  const pool = createPool();
  const report: ExportReport = { written: 0, unchanged: 0, folders: 0, files: 0, failed: [], leftOut: [] };
  await exportListing(source, await listContents(client, source, rules), target, "");
  progress.end();
  return { report, stoppedBy: pool.stoppedBy };

  async function exportListing(
    from: ListedFolder,
    listing: Listing,
    to: TargetFolder,
    path: string,
  ): Promise<void> {
    await removeAbandoned(to.path);
    const others = await attempt(path === "" ? "./" : path, () => listRemoteFiles(client, from));
    const files = [...(others?.values() ?? [])].filter((file) => !isLeftOut(`${path}${file.path}`));
    const folders = listing.folders.filter(({ fileName }) => !isLeftOut(`${path}${fileName}/`));
    progress.total += listing.documents.length + files.length;
    const taken = new Set(listing.documents.map(({ fileName }) => foldCase(fileName, rules)));
    await Promise.all([
      ...files.map((file) => exportFile(file, to, path, taken)),
      ...listing.documents.map((document) => exportDocument(document, to, path, files)),
      ...folders.map((folder) => enterFolder(folder, from, to, path)),
    ]);
  }

  /** An export is a backup: it contains everything except version control files, which could run commands. */
  function isLeftOut(path: string): boolean {
    if (!isVersionControl(path)) return false;
    report.leftOut.push({ path, message: leftOutMessages["version control"] });
    return true;
  }

  async function enterFolder(
    { id, fileName }: Listing["folders"][number],
    from: ListedFolder,
    to: TargetFolder,
    path: string,
  ) {
    const below = `${path}${fileName}/`;
    const place = { ...from, folderId: id };
    const entered = await attempt(below, async () => ({
      folder: await openFolder(to, fileName),
      listing: await listContents(client, place, rules),
    }));
    if (entered === null) return;
    report.folders += 1;
    await exportListing(place, entered.listing, entered.folder, below);
  }

  async function exportDocument(
    { summary, fileName }: Listing["documents"][number],
    to: TargetFolder,
    path: string,
    attachments: readonly RemoteFile[],
  ) {
    const outcome = await attempt(`${path}${fileName}`, async () => {
      const { content } = await client.document.get.query({ id: summary.id });
      const text = await rewriteExportedLinks(client, summary.id, content, { attachments, rules });
      return writeTree(to, fileName, text, overwrite);
    });
    if (outcome !== null) report[outcome] += 1;
    progress.step(`${path}${fileName}`);
  }

  /** @param taken The names of documents in the same folder. */
  async function exportFile(file: RemoteFile, to: TargetFolder, below: string, taken: ReadonlySet<string>) {
    const path = `${below}${file.path}`;
    const outcome = await attempt(path, async () => {
      if (taken.has(foldCase(file.path, rules)))
        throw new UnsupportedFileError("can't be written: a document has the same name");
      return writeAttachment(client, to, file, { rules, overwrite });
    });
    if (outcome === "written") report.files += 1;
    progress.step(path);
  }

  /** Runs `work` in the pool. A failure is reported under `path` and returns null. */
  async function attempt<Result>(path: string, work: () => Promise<Result>): Promise<Result | null> {
    try {
      return await pool.run(work);
    } catch (error) {
      if (error instanceof PoolStoppedError || error === pool.stoppedBy) return null;
      report.failed.push({ path, message: toShortMessage(error) });
      return null;
    }
  }
}
