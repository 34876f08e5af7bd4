import { Readable } from "node:stream";
import { callbackify } from "node:util";

import { assignNames } from "@mdreader/contract/file-names";
import { documents, files, folders } from "@mdreader/db";
import { and, asc, eq, isNull } from "drizzle-orm";
import { ZipFile } from "yazl";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { workspaceGate } from "../access/gate.ts";
import type { Context, Services } from "../context.ts";
import { withinDeadline } from "../deadline.ts";
import { markdownOf } from "../document/live/live-document.ts";
import { AppError } from "../errors.ts";
import { keyOf } from "../file/file.ts";
import { keepError } from "../streams.ts";

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
 * an import would bring back to the same place. It is made while it is read: one thing after the other.
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
  const taken = new Set<string>();
  visit(root, "");
  return { entries, emptyFolders };

  function visit(folderId: string | null, prefix: string): void {
    const inside = foldersIn.get(folderId) ?? [];
    const written = documentsIn.get(folderId) ?? [];
    const attached = filesIn.get(folderId) ?? [];
    if (prefix !== "" && inside.length + written.length + attached.length === 0) emptyFolders.push(prefix);
    const names = assignNames(
      [
        ...inside.map(({ id, name }) => ({ id, kind: "folder" as const, name })),
        ...written.map(({ id, title }) => ({ id, kind: "document" as const, name: title })),
      ],
      { caseSensitive: true, windows: false },
    );
    const pathOf = (id: string) => withoutDrive(`${prefix}${names.get(id) ?? id}`.replaceAll("\\", "-"));
    for (const { id, updatedAt } of written) {
      const open = () => textOf(services, id);
      entries.push({ path: free(pathOf(id)), changedAt: updatedAt, isPacked: false, open });
    }
    for (const { path, hash, mediaType, updatedAt } of attached) {
      const open = () => services.storage.read(keyOf(workspaceId, hash));
      const isPacked = /^(?:image\/(?!svg)|video\/|audio\/|application\/(?:zip|pdf|gzip))/.test(mediaType);
      entries.push({ path: free(withoutDrive(prefix + path)), changedAt: updatedAt, isPacked, open });
    }
    for (const { id } of inside) visit(id, `${pathOf(id)}/`);
  }

  /** The path, or the next that nothing has. */
  function free(path: string): string {
    const [, stem = path, ending = ""] = /^(.*?)(\.[^./]+)?$/s.exec(path) ?? [];
    let one = path;
    for (let count = 2; taken.has(one); count += 1) one = `${stem} (${count})${ending}`;
    taken.add(one);
    return one;
  }
}

/** A path that begins as one on a disk of Windows, such as `Q: why.md`, leads out of an archive there: none may have it. */
const withoutDrive = (path: string) => path.replace(/^([a-z]):/i, "$1-");

/** A document's text as it is now. */
async function textOf(services: Services, id: string): Promise<Readable> {
  const [row] = await services.database.db
    .select({
      content: documents.content,
      version: documents.version,
      contentVersion: documents.contentVersion,
    })
    .from(documents)
    .where(eq(documents.id, id));
  const isNewest = row !== undefined && row.version === row.contentVersion;
  const text = isNewest ? row.content : await services.documents.read(id, markdownOf);
  return Readable.from([Buffer.from(text)]);
}
