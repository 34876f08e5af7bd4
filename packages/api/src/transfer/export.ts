import { Readable } from "node:stream";
import { callbackify } from "node:util";

import { assignNames } from "@mdreader/contract/file-names";
import { documents, type FileRow, files, folders } from "@mdreader/db";
import { and, asc, eq, isNull } from "drizzle-orm";
import { ZipFile } from "yazl";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { workspaceGate } from "../access/gate.ts";
import type { Context, Services } from "../context.ts";
import { withinDeadline } from "../deadline.ts";
import { unlessDamaged } from "../document/live/damage.ts";
import { markdownOf } from "../document/live/live-document.ts";
import { AppError } from "../errors.ts";
import { keyOf } from "../file/file.ts";
import { keepError } from "../streams.ts";
import { ArchivePaths, everywhere } from "./archive-paths.ts";
import { type ExportedDocument, withExportedLinks } from "./exported-text.ts";

/** A thing in an archive, which is read when its turn comes. */
interface Entry {
  path: string;
  changedAt: string;
  /** Pictures and the like are packed already. */
  isPacked: boolean;
  open(): Promise<Readable>;
}

/** Who may export a workspace, for what carries no procedure. @throws AppError as the check does. */
export function workspaceToExport(ctx: Context, id: string): Promise<WorkspaceAccess<"document.export">> {
  return withinDeadline(workspaceGate(ctx, "document.export", id).pass(), ctx.settings.callTimeout);
}

/**
 * A workspace or folder as a zip archive, with each document's text and each file's bytes as they are, at the paths that
 * an import would bring back to the same place, as far as every system takes them. A link to a file that has another path
 * in the archive leads there. It is made while it is read: one thing after the other.
 *
 * @throws AppError NOT_FOUND for a folder that is not in this workspace.
 */
export async function exportArchive(
  services: Services,
  { workspaceId }: WorkspaceAccess<"document.export">,
  folderId: string | null,
): Promise<Readable> {
  const { entries, emptyFolders } = await listed(services, workspaceId, folderId);
  const zip = new ZipFile();
  const archive = keepError(zip.outputStream as Readable); // which it is
  let current: Readable | null = null;
  zip.on("error", (error) => archive.destroy(error instanceof Error ? error : new Error(String(error))));
  archive.once("close", () => current?.destroy());
  for (const path of emptyFolders) zip.addEmptyDirectory(path);
  for (const { path, changedAt, isPacked, open } of entries) {
    const options = { mtime: new Date(changedAt), compress: !isPacked };
    const opening = callbackify(async () => (current = await open()));
    zip.addReadStreamLazy(path, options, opening);
  }
  zip.end();
  return archive;
}

/** All that lies in a folder and below, with its path in the archive. */
async function listed(services: Services, workspaceId: string, root: string | null) {
  const { db } = services.database;
  const [folderRows, documentRows, fileRows] = await Promise.all([
    db
      .select({ id: folders.id, parentId: folders.parentId, name: folders.name })
      .from(folders)
      .where(and(eq(folders.workspaceId, workspaceId), isNull(folders.deletedAt)))
      .orderBy(asc(folders.id)),
    db
      .select({
        id: documents.id,
        folderId: documents.folderId,
        title: documents.title,
        updatedAt: documents.updatedAt,
      })
      .from(documents)
      .where(and(eq(documents.workspaceId, workspaceId), isNull(documents.deletedAt)))
      .orderBy(asc(documents.id)),
    db
      .select()
      .from(files)
      .where(and(eq(files.workspaceId, workspaceId), isNull(files.deletedAt)))
      .orderBy(asc(files.id)),
  ]);
  if (root !== null && !folderRows.some(({ id }) => id === root)) throw new AppError("NOT_FOUND");
  const foldersIn = Map.groupBy(folderRows, ({ parentId }) => parentId);
  const documentsIn = Map.groupBy(documentRows, ({ folderId }) => folderId);
  const filesIn = Map.groupBy(fileRows, ({ folderId }) => folderId);
  const entries: Entry[] = [];
  const emptyFolders: string[] = [];
  const paths = new ArchivePaths();
  const attachments: Attached[] = [];
  /** Of each file, its path in the archive. */
  const filePaths = new Map<string, string>();
  /** Whether a file lies elsewhere in the archive than in the workspace. */
  let haveMoved = false;
  const withAliases = new Set(
    fileRows.flatMap(({ alias, documentId }) => (alias === null ? [] : documentId)),
  );
  const needsLinks = (documentId: string) => haveMoved || withAliases.has(documentId);
  visit(root, "", "");
  // After all documents and folders, which keep their names where a file wants the same.
  attachments.forEach(addFile);
  return { entries, emptyFolders };

  function visit(folderId: string | null, prefix: string, original: string): void {
    const inside = foldersIn.get(folderId) ?? [];
    const written = documentsIn.get(folderId) ?? [];
    const attached = filesIn.get(folderId) ?? [];
    if (prefix !== "" && inside.length + written.length + attached.length === 0) emptyFolders.push(prefix);
    const names = assignNames(
      [
        ...inside.map(({ id, name }) => ({ id, kind: "folder" as const, name })),
        ...written.map(({ id, title }) => ({ id, kind: "document" as const, name: title })),
      ],
      everywhere,
    );
    const nameOf = (id: string) => names.get(id) ?? id;
    const folderPaths = new Map(inside.map(({ id }) => [id, paths.folder(prefix + nameOf(id))]));
    for (const { id, updatedAt } of written) {
      const path = paths.file(prefix + nameOf(id));
      const document = { id, workspaceId, folderId, path };
      const open = () => readText(services, document, needsLinks, (fileId) => filePaths.get(fileId));
      entries.push({ path, changedAt: updatedAt, isPacked: false, open });
    }
    for (const row of attached) attachments.push({ prefix, original, row });
    for (const { id, name } of inside) visit(id, `${folderPaths.get(id) ?? id}/`, `${original}${name}/`);
  }

  function addFile({ prefix, original, row }: Attached): void {
    const { id, hash, mediaType, updatedAt } = row;
    const path = paths.file(prefix + row.path);
    filePaths.set(id, path);
    haveMoved ||= path !== original + row.path;
    const open = () => services.storage.read(keyOf(workspaceId, hash));
    const isPacked = /^(?:image\/(?!svg)|video\/|audio\/|application\/(?:zip|pdf|gzip))/.test(mediaType);
    entries.push({ path, changedAt: updatedAt, isPacked, open });
  }
}

/** A file, and the path of its folder in the archive and in the workspace. */
interface Attached {
  prefix: string;
  original: string;
  row: FileRow;
}

/** A document's text as it is now. */
async function readText(
  services: Services,
  document: ExportedDocument,
  mayHaveMoved: (documentId: string) => boolean,
  pathOf: (fileId: string) => string | undefined,
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
  // Of a document that can't be read, what was last written of it is exported.
  const text = isNewest
    ? row.content
    : await unlessDamaged(services.documents.read(document.id, markdownOf), row?.content ?? "");
  const linked = mayHaveMoved(document.id) ? await withExportedLinks(services, document, text, pathOf) : text;
  return Readable.from([Buffer.from(linked)]);
}
