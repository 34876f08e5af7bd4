import { Readable } from "node:stream";

import type { ImportProblem } from "@mdreader/contract";
import { assignNames, toFileName } from "@mdreader/contract/file-names";
import { isReservedName, leftOutMessages } from "@mdreader/contract/synced-paths";
import { documents, type FileRow, files, folders } from "@mdreader/db";
import { and, asc, eq, gt, isNull } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import pLimit from "p-limit";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { toStorageKey } from "../../file/file.ts";
import { readPages } from "../../util/read-pages.ts";
import { withDamageFallback } from "../collab/store/damage.ts";
import { readMarkdown } from "../collab/store/live-document.ts";
import { ArchivePaths, portableRules } from "./archive-paths.ts";
import { type ExportedDocument, rewriteExportedLinks } from "./exported-text.ts";
import type { ArchiveEntry } from "./zip-stream.ts";

/** The entries of an archive. */
export interface ArchiveListing {
  entries: ArchiveEntry[];
  emptyFolders: string[];
  /** Items whose names differ between the archive and the workspace. */
  renamed: { path: string; newPath: string }[];
  /** Folders and files of version control systems, which are excluded because programs execute their contents. */
  skipped: ImportProblem[];
}

/** The approximate number of items named before yielding to the event loop. */
const itemsPerTurn = 1000;

/** Maximum number of workspaces listed at once, because each listing is in memory. */
const maxListings = 2;
/** Maximum number of waiting exports. */
const maxWaiting = 100;
const listingLimit = pLimit(maxListings);

/**
 * Lists the contents of a folder, recursively, with their paths in the archive.
 * @param authorId Limits the list to documents that this user created and files that they uploaded.
 * @throws AppError NOT_FOUND for a folder of another workspace; UNAVAILABLE when too many exports wait.
 */
export async function listEntries(
  services: Services,
  access: WorkspaceAccess<"document.export">,
  root: string | null,
  authorId?: string,
): Promise<ArchiveListing> {
  if (listingLimit.pendingCount >= maxWaiting) throw new AppError("UNAVAILABLE", { retryAfter: 5 });
  return listingLimit(() => listAllEntries(services, access, root, authorId));
}

async function listAllEntries(
  services: Services,
  { workspaceId, caller: { userId } }: WorkspaceAccess<"document.export">,
  root: string | null,
  authorId: string | undefined,
): Promise<ArchiveListing> {
  const isAuthor = (author: PgColumn) => (authorId === undefined ? undefined : eq(author, authorId));
  const { db } = services.database;
  const [folderRows, documentRows, fileRows] = await Promise.all([
    readAll((after, limit) =>
      db
        .select({ id: folders.id, parentId: folders.parentId, name: folders.name })
        .from(folders)
        .where(and(eq(folders.workspaceId, workspaceId), isNull(folders.deletedAt), gt(folders.id, after)))
        .orderBy(asc(folders.id))
        .limit(limit),
    ),
    readAll((after, limit) =>
      db
        .select({
          id: documents.id,
          folderId: documents.folderId,
          title: documents.title,
          updatedAt: documents.updatedAt,
        })
        .from(documents)
        .where(
          and(
            eq(documents.workspaceId, workspaceId),
            isNull(documents.deletedAt),
            gt(documents.id, after),
            isAuthor(documents.createdBy),
          ),
        )
        .orderBy(asc(documents.id))
        .limit(limit),
    ),
    readAll((after, limit) =>
      db
        .select({
          id: files.id,
          folderId: files.folderId,
          documentId: files.documentId,
          alias: files.alias,
          path: files.path,
          hash: files.hash,
          mediaType: files.mediaType,
          updatedAt: files.updatedAt,
        })
        .from(files)
        .where(
          and(
            eq(files.workspaceId, workspaceId),
            isNull(files.deletedAt),
            gt(files.id, after),
            isAuthor(files.uploadedBy),
          ),
        )
        .orderBy(asc(files.id))
        .limit(limit),
    ),
  ]);
  if (root !== null && !folderRows.some(({ id }) => id === root)) throw new AppError("NOT_FOUND");
  const foldersByParent = Map.groupBy(folderRows, ({ parentId }) => parentId);
  const documentsByFolder = Map.groupBy(documentRows, ({ folderId }) => folderId);
  const filesByFolder = Map.groupBy(fileRows, ({ folderId }) => folderId);
  const entries: ArchiveEntry[] = [];
  const emptyFolders: string[] = [];
  const renamed: ArchiveListing["renamed"] = [];
  const skipped: ArchiveListing["skipped"] = [];
  const paths = new ArchivePaths();
  const attachments: AttachedFile[] = [];
  /** The path of each file in the archive. */
  const filePaths = new Map<string, string>();
  /** Whether any file's path differs between the archive and the workspace. */
  let haveFilePathsChanged = false;
  const withAliases = new Set(
    fileRows.flatMap(({ alias, documentId }) => (alias === null ? [] : documentId)),
  );
  const needsLinks = (documentId: string) => haveFilePathsChanged || withAliases.has(documentId);
  let itemsInTurn = 0;
  await visitFolder(root, "", "");
  // Added after all documents and folders, which take precedence over files in name conflicts.
  for (const attached of attachments) {
    if (shouldYield(1)) await waitForNextTurn();
    addFile(attached);
  }
  return { entries, emptyFolders, renamed, skipped };

  /** Whether to yield to the event loop after this many more items. */
  function shouldYield(count: number): boolean {
    itemsInTurn += count;
    if (itemsInTurn < itemsPerTurn) return false;
    itemsInTurn = 0;
    return true;
  }

  async function visitFolder(folderId: string | null, prefix: string, original: string): Promise<void> {
    const subfolders = (foldersByParent.get(folderId) ?? []).filter(
      ({ name }) => !skipIfReserved(original, name, "/"),
    );
    const folderDocuments = documentsByFolder.get(folderId) ?? [];
    const folderFiles = filesByFolder.get(folderId) ?? [];
    if (shouldYield(1 + subfolders.length + folderDocuments.length)) await waitForNextTurn();
    if (prefix !== "" && subfolders.length + folderDocuments.length + folderFiles.length === 0)
      emptyFolders.push(prefix);
    const names = assignNames(
      [
        ...subfolders.map(({ id, name }) => ({ id, kind: "folder" as const, name })),
        ...folderDocuments.map(({ id, title }) => ({ id, kind: "document" as const, name: title })),
      ],
      portableRules,
    );
    const getName = (id: string) => names.get(id) ?? id;
    const folderPaths = new Map(subfolders.map(({ id }) => [id, paths.folder(prefix + getName(id))]));
    for (const { id, name } of subfolders) {
      recordRename(`${original}${name}/`, prefix + name, folderPaths.get(id) ?? id, "/");
    }
    for (const { id, title, updatedAt } of folderDocuments) {
      const path = paths.file(prefix + getName(id));
      const fileName = toFileName(title);
      recordRename(original + fileName, prefix + fileName, path);
      const document = { id, workspaceId, folderId, userId, path };
      const open = () => openExportedText(services, document, needsLinks, (fileId) => filePaths.get(fileId));
      entries.push({ path, changedAt: updatedAt, isCompressed: false, open });
    }
    for (const row of folderFiles)
      if (!skipIfReserved(original, row.path)) attachments.push({ prefix, original, row });
    for (const { id, name } of subfolders) {
      await visitFolder(id, `${folderPaths.get(id) ?? id}/`, `${original}${name}/`);
    }
  }

  function skipIfReserved(folder: string, name: string, end = ""): boolean {
    if (!name.split("/").some(isReservedName)) return false;
    skipped.push({ path: folder + name + end, message: leftOutMessages["version control"] });
    return true;
  }

  /** Records an item whose path in the archive differs from the expected one. */
  function recordRename(path: string, expected: string, newPath: string, end = ""): void {
    if (newPath !== expected) renamed.push({ path, newPath: newPath + end });
  }

  function addFile({ prefix, original, row }: AttachedFile): void {
    const { id, hash, mediaType, updatedAt } = row;
    const path = paths.file(prefix + row.path);
    filePaths.set(id, path);
    recordRename(original + row.path, prefix + row.path, path);
    haveFilePathsChanged ||= path !== original + row.path;
    const open = () => services.storage.read(toStorageKey(workspaceId, hash));
    const isCompressed = /^(?:image\/(?!svg)|video\/|audio\/|application\/(?:zip|pdf|gzip))/.test(mediaType);
    entries.push({ path, changedAt: updatedAt, isCompressed, open });
  }
}

const readAll = <Row extends { id: string }>(readPage: Parameters<typeof readPages<Row>>[0]) =>
  Array.fromAsync(readPages(readPage));

const waitForNextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The columns of a file that an archive needs. */
type ExportedFile = Pick<FileRow, "id" | "path" | "hash" | "mediaType" | "updatedAt">;

/** A file, and the path of its folder in the archive and in the workspace. */
interface AttachedFile {
  prefix: string;
  original: string;
  row: ExportedFile;
}

/** Reads a document's current text. */
async function openExportedText(
  services: Services,
  document: ExportedDocument,
  needsLinks: (documentId: string) => boolean,
  getArchivePath: (fileId: string) => string | undefined,
): Promise<Readable> {
  const [row] = await services.database.db
    .select({
      content: documents.content,
      version: documents.version,
      contentVersion: documents.contentVersion,
    })
    .from(documents)
    .where(eq(documents.id, document.id));
  const isNewest = row !== undefined && row.version === row.contentVersion;
  // An unreadable document is exported with its last stored text.
  const text = isNewest
    ? row.content
    : await withDamageFallback(services.documents.read(document.id, readMarkdown), row?.content ?? "");
  const rewritten = needsLinks(document.id)
    ? await rewriteExportedLinks(services, document, text, getArchivePath)
    : text;
  return Readable.from([Buffer.from(rewritten)]);
}
