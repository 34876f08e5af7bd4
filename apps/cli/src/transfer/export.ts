import type { Client } from "@mdreader/client";
import { isVersionControl, leftOutMessages } from "@mdreader/contract/synced-paths";

import { toShortMessage } from "../failure.ts";
import type { Progress } from "../progress.ts";
import { listRemoteFiles, type RemoteFile, writeAttachment } from "./attachments.ts";
import { withExportedLinks } from "./exported-text.ts";
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
  /** How many other files were written. */
  files: number;
  failed: Problem[];
  /** What is never written: what version control would run. */
  leftOut: Problem[];
}

export interface ExportOptions {
  client: Client;
  rules: NameRules;
  progress: Progress;
  /** Whether files that are there with other text are replaced. */
  overwrite: boolean;
}

/**
 * Writes the documents of a place in a workspace, and of all folders below, as files, and the other files at their paths. What can't be written is noted,
 * and the rest goes on. Nothing is removed.
 *
 * @returns What was done, and what stopped it before the end, if anything did. Rejects when nothing was begun.
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

  /** An export is a backup: it holds all but what would run commands where it lies. */
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
      const text = await withExportedLinks(client, summary.id, content, { attachments, rules });
      return writeTree(to, fileName, text, overwrite);
    });
    if (outcome !== null) report[outcome] += 1;
    progress.step(`${path}${fileName}`);
  }

  /** @param taken The names that documents have beside it. */
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

  /** Runs `work` in its turn; null when it failed, which is noted under `path`. */
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
