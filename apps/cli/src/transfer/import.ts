import { type Client, isReason } from "@mdreader/client";
import pLimit from "p-limit";

import { toShortMessage } from "../failure.ts";
import type { Progress } from "../progress.ts";
import {
  type Attachment,
  listAttachments,
  listRemoteFiles,
  hasOnlyAttachments,
  type RemoteFile,
  sendAttachment,
} from "./attachments.ts";
import { nameScan } from "./imported-names.ts";
import { type DocumentSummary, type Listing, listContents, type ListedFolder } from "./listing.ts";
import { readMarkdown } from "./markdown-file.ts";
import { toFileName, foldCase, type NameRules, toTitle } from "./names.ts";
import { listLeftOutProblems } from "./paths.ts";
import { createPool, PoolStoppedError } from "./pool.ts";
import type { Problem } from "./report.ts";
import { countFiles, type Scan, type ScannedFile, type ScannedFolder } from "./scan.ts";

export interface ImportReport {
  /** The numbers of documents created, updated and unchanged. */
  created: number;
  updated: number;
  unchanged: number;
  foldersCreated: number;
  /** The number of other files uploaded: new and changed ones. */
  files: number;
  failed: Problem[];
  skipped: Problem[];
  /** Excluded paths. */
  leftOut: Problem[];
}

export interface ImportOptions {
  client: Client;
  /** The name rules of the disk. */
  rules: NameRules;
  progress: Progress;
}

/**
 * Maximum number of concurrent calls. A request carries up to 20 texts, which the server creates in one transaction; meanwhile, the
 * next request is prepared.
 */
const concurrency = { texts: 40, uploads: 6 };

/**
 * Imports a scanned folder into a workspace folder, under the names of `nameScan`. A file maps to the document that an
 * export would write to it: an existing document is updated if its text differs, so that importing twice changes nothing.
 * Failed files are reported and do not stop the import.
 *
 * @returns The report, and the error that aborted the import; null if it completed. Rejects if nothing was started.
 */
export async function importScan(
  { root: scanned, failed, skipped, leftOut }: Scan,
  target: ListedFolder,
  { client, rules, progress }: ImportOptions,
): Promise<{ report: ImportReport; stoppedBy: unknown }> {
  const { root, relink, findSource } = nameScan(scanned);
  const pool = createPool(concurrency.texts);
  const limitUploads = pLimit(concurrency.uploads);
  const report: ImportReport = {
    created: 0,
    updated: 0,
    unchanged: 0,
    foldersCreated: 0,
    files: 0,
    failed: [...failed],
    skipped,
    leftOut: listLeftOutProblems(leftOut),
  };
  const listing = await listContents(client, target, rules);
  progress.total = countFiles(root) + listAttachments(root).length;
  await importFolder(root, target, listing);
  progress.end();
  return { report, stoppedBy: pool.stoppedBy };

  async function importFolder(folder: ScannedFolder, place: ListedFolder, there: Listing): Promise<void> {
    const documents = new Map(
      there.documents.map(({ fileName, summary }) => [foldCase(fileName, rules), summary] as const),
    );
    // A folder without Markdown is part of its files' paths, unless the workspace has a folder of that name.
    const isPart = (child: ScannedFolder) =>
      hasOnlyAttachments(child) && findFolder(child.name, there) === null;
    // A plain-text file maps to the document by the name that the document has in an export.
    const findDocument = ({ name }: ScannedFile) =>
      documents.get(foldCase(name, rules)) ?? documents.get(foldCase(toFileName(toTitle(name)), rules));
    await Promise.all([
      ...folder.files.map((file) => importFile(file, place, findDocument(file))),
      ...folder.folders.filter((child) => !isPart(child)).map((child) => enterFolder(child, place, there)),
      importAttachments(listAttachments({ ...folder, folders: folder.folders.filter(isPart) }), place),
    ]);
  }

  async function enterFolder(folder: ScannedFolder, parent: ListedFolder, siblings: Listing): Promise<void> {
    const entered = await attempt(
      `${folder.path}/`,
      () => findOrCreate(folder.name, parent, siblings),
      folder,
    );
    if (entered !== null) await importFolder(folder, entered.place, entered.there);
  }

  async function findOrCreate(name: string, parent: ListedFolder, siblings: Listing) {
    const { workspaceId, folderId: parentId } = parent;
    const found = findFolder(name, siblings);
    if (found !== null) return listFolder(found, workspaceId);
    try {
      const { id } = await client.document.folder.create.mutate({ workspaceId, parentId, name });
      report.foldersCreated += 1;
      return { place: { workspaceId, folderId: id }, there: { folders: [], documents: [] } };
    } catch (error) {
      // Another client has created it meanwhile.
      if (!isReason(error, "FOLDER_NAME_TAKEN")) throw error;
      const quicker = findFolder(name, await listContents(client, parent, rules));
      if (quicker === null) throw error;
      return listFolder(quicker, workspaceId);
    }
  }

  function findFolder(name: string, { folders }: Listing): string | null {
    return folders.find(({ fileName }) => foldCase(fileName, rules) === foldCase(name, rules))?.id ?? null;
  }

  async function listFolder(folderId: string, workspaceId: string) {
    const place = { workspaceId, folderId };
    return { place, there: await listContents(client, place, rules) };
  }

  async function importFile(
    file: ScannedFile,
    place: ListedFolder,
    summary: DocumentSummary | undefined,
  ): Promise<void> {
    const outcome = await attempt(file.path, async () => {
      const content = await relink(file, readMarkdown(file.location));
      return summary === undefined ? create(file, place, content) : update(summary, content);
    });
    if (outcome !== null) report[outcome] += 1;
    progress.step(file.path);
  }

  async function importAttachments(attachments: Attachment[], place: ListedFolder): Promise<void> {
    if (attachments.length === 0) return;
    const there = await attempt(attachments[0]?.file.path ?? "", () => listRemoteFiles(client, place));
    if (there === null) return;
    await Promise.all(attachments.map((attachment) => importAttachment(attachment, place, there)));
  }

  async function importAttachment(
    attachment: Attachment,
    place: ListedFolder,
    there: Map<string, RemoteFile>,
  ): Promise<void> {
    const { path } = attachment.file;
    const wasSent = await limitUploads(() =>
      attempt(path, () => sendAttachment(client, place, attachment, there.get(attachment.path))),
    );
    if (wasSent === true) report.files += 1;
    progress.step(path);
  }

  async function create({ name }: ScannedFile, place: ListedFolder, content: string) {
    await client.document.create.mutate({ ...place, title: toTitle(name), content });
    return "created" as const;
  }

  /** Updates with the version that was read as the base, so that concurrent edits are not overwritten. */
  async function update({ id, size, version }: DocumentSummary, content: string) {
    let baseVersion = version;
    if (size === Buffer.byteLength(content)) {
      const document = await client.document.get.query({ id });
      if (document.content === content) return "unchanged" as const;
      baseVersion = document.version;
    }
    await client.document.update.mutate({ id, content, baseVersion });
    return "updated" as const;
  }

  /** Runs `work` in the pool. A failure is reported under `path` and returns null. */
  async function attempt<Result>(path: string, work: () => Promise<Result>, folder?: ScannedFolder) {
    try {
      return await pool.run(work);
    } catch (error) {
      if (error instanceof PoolStoppedError || error === pool.stoppedBy) return null;
      const files = folder && { files: countFiles(folder) };
      const source = path.endsWith("/") ? `${findSource(path.slice(0, -1))}/` : findSource(path);
      report.failed.push({ path: source, message: toShortMessage(error), ...files });
      return null;
    }
  }
}
