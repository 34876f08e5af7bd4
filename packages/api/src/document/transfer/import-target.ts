import { documents, files, folders } from "@mdreader/db";
import { and, eq, inArray, isNull, or, sql } from "drizzle-orm";
import pLimit from "p-limit";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import { checkResource, checkWorkspace } from "../../access/resource-checks.ts";
import type { Context } from "../../context.ts";
import { cancelUpload } from "../../file/cancel-upload.ts";
import { completeUpload } from "../../file/complete-upload.ts";
import { createUpload } from "../../file/create-upload.ts";
import { toHex, parseFileName } from "../../file/file.ts";
import { receiveBytes } from "../../file/receive-upload.ts";
import { sha256 } from "../../util/hash.ts";
import { readMarkdown } from "../collab/store/live-document.ts";
import { mergeText } from "../collab/write/merge-text.ts";
import { createDocuments } from "../create.ts";
import { createFolder } from "../folder/create.ts";
import { findFolder } from "../folder/find.ts";
import { isInFolder } from "../folder/in-folder.ts";

/** A text to import. `folder` is a path. */
export interface ImportedText {
  folder: string;
  title: string;
  content: string;
}

export type PutOutcome = "created" | "updated" | "unchanged";

/** Maximum number of concurrent transactions and merges. While PostgreSQL runs one, the next one is prepared. */
const maxConcurrency = 3;
/** Maximum number of documents that are created in one transaction. */
const maxPerTransaction = 50;

/** A folder of a workspace as the destination of an import. */
export interface ImportTarget {
  /**
   * Creates documents, or updates those with their titles if the texts differ. No two may have the same folder and title.
   */
  putDocuments(texts: readonly ImportedText[]): Promise<PromiseSettledResult<PutOutcome>[]>;
  /**
   * Writes a file to a path, replacing an existing one. The content is opened only after the quota check.
   * @returns Whether anything changed.
   */
  putFile(path: string, size: number, open: () => Promise<AsyncIterable<Uint8Array>>): Promise<boolean>;
  foldersCreated(): number;
}

/**
 * @param paths The folders to create. Other parts of a path belong to the file's own path.
 * @throws AppError NOT_FOUND for a folder of another workspace.
 */
export async function createImportTarget(
  ctx: Context,
  { workspaceId }: WorkspaceAccess<"document.import">,
  folderId: string | null,
  paths: readonly string[],
): Promise<ImportTarget> {
  const { db } = ctx.database;
  if (folderId !== null) await db.transaction((tx) => findFolder(tx, workspaceId, folderId));
  const [createAccess, folderAccess, uploadAccess] = await Promise.all([
    checkWorkspace(ctx, "document.create", workspaceId).require(),
    checkWorkspace(ctx, "folder.create", workspaceId).require(),
    checkWorkspace(ctx, "file.upload", workspaceId).require(),
  ]);
  const folderPaths = new Set(paths.flatMap(listPathPrefixes));
  const folderIdByPath = new Map<string, string | null>([["", folderId]]);
  let created = 0;

  async function getFolderId(path: string): Promise<string | null> {
    const found = folderIdByPath.get(path);
    if (found !== undefined) return found;
    const cut = path.lastIndexOf("/");
    const parentId = await getFolderId(path.slice(0, Math.max(0, cut)));
    const id = await findOrCreate(parentId, path.slice(cut + 1));
    folderIdByPath.set(path, id);
    return id;
  }

  async function findOrCreate(parentId: string | null, name: string): Promise<string> {
    const find = () =>
      db
        .select({ id: folders.id })
        .from(folders)
        .where(
          and(
            eq(folders.workspaceId, workspaceId),
            isInFolder(folders.parentId, parentId),
            eq(folders.name, name),
            isNull(folders.deletedAt),
          ),
        );
    const [existing] = await find();
    if (existing !== undefined) return existing.id;
    try {
      const { id } = await createFolder(ctx, folderAccess, { name, parentId });
      created += 1;
      return id;
    } catch (error) {
      const [concurrent] = await find();
      if (concurrent === undefined) throw error;
      return concurrent.id;
    }
  }

  async function putDocuments(texts: readonly ImportedText[]) {
    const located: LocatedText[] = [];
    for (const text of texts) located.push({ ...text, folderId: await getFolderId(text.folder) });
    const existing = await findDocuments(located);
    const limit = pLimit(maxConcurrency);
    const creations = new Map<LocatedText, Promise<unknown>>();
    const missing = located.filter((text) => !existing.has(toDraftKey(text)));
    for (const [targetFolderId, drafts] of Map.groupBy(missing, (text) => text.folderId)) {
      for (let at = 0; at < drafts.length; at += maxPerTransaction) {
        const group = drafts.slice(at, at + maxPerTransaction);
        const target = { folderId: targetFolderId, reason: "imported" } as const;
        const creation = limit(() => createDocuments(ctx, createAccess, group, target));
        for (const text of group) creations.set(text, creation);
      }
    }
    return Promise.allSettled(
      located.map(async (text): Promise<PutOutcome> => {
        const found = existing.get(toDraftKey(text));
        if (found !== undefined) return limit(() => updateText(found, text.content));
        await creations.get(text);
        return "created";
      }),
    );
  }

  /** Finds the documents with these titles in these folders. The hash is null if live edits are newer than the row's text. */
  async function findDocuments(texts: readonly LocatedText[]) {
    const folderIds = texts.flatMap((text) => text.folderId ?? []);
    const titles = texts.map(({ title }) => title);
    const found = await db
      .select({
        id: documents.id,
        folderId: documents.folderId,
        title: documents.title,
        hash: sql<Buffer | null>`case when ${documents.contentVersion} = ${documents.version}
          then sha256(convert_to(${documents.content}, 'UTF8')) end`,
      })
      .from(documents)
      .where(
        and(
          eq(documents.workspaceId, workspaceId),
          or(isNull(documents.folderId), inArray(documents.folderId, folderIds)),
          inArray(documents.title, titles),
          isNull(documents.deletedAt),
        ),
      );
    return new Map(found.map((document) => [toDraftKey(document), document]));
  }

  async function updateText(
    { id, hash }: { id: string; hash: Buffer | null },
    content: string,
  ): Promise<PutOutcome> {
    const isUnchangedText =
      hash === null ? (await ctx.documents.read(id, readMarkdown)) === content : sha256(content).equals(hash);
    if (isUnchangedText) return "unchanged";
    const updateAccess = await checkResource(ctx, "document", "document.update", id).require();
    await mergeText(ctx, updateAccess, { text: content, base: "now", reason: "imported" });
    return "updated";
  }

  /** Returns the deepest folder on the path of a file, and the rest of the path below it. */
  async function resolveLocation(path: string): Promise<{ folderId: string | null; path: string }> {
    const names = path.split("/");
    let depth = names.length - 1;
    while (depth > 0 && !folderPaths.has(names.slice(0, depth).join("/"))) depth -= 1;
    return {
      folderId: await getFolderId(names.slice(0, depth).join("/")),
      path: names.slice(depth).join("/"),
    };
  }

  async function putFile(path: string, size: number, open: Parameters<ImportTarget["putFile"]>[2]) {
    const location = await resolveLocation(path);
    const { id } = await createUpload(ctx, uploadAccess, {
      ...location,
      name: parseFileName(location.path),
      size,
      purpose: "file",
      onConflict: "replace",
    });
    try {
      const { upload } = await checkResource(ctx, "upload", "file.upload", id).require();
      await receiveBytes(ctx, upload, { offset: 0, body: await open() });
      const arrived = await ctx.storage.hashDraft(id);
      if (arrived !== null && (await isUnchanged(location, arrived.hash))) return false;
      await completeUpload(ctx, await checkResource(ctx, "upload", "file.upload", id).require());
      return true;
    } finally {
      await cancelUpload(ctx, id);
    }
  }

  async function isUnchanged(
    location: { folderId: string | null; path: string },
    hash: Uint8Array,
  ): Promise<boolean> {
    const [existing] = await db
      .select({ hash: files.hash })
      .from(files)
      .where(
        and(
          eq(files.workspaceId, workspaceId),
          isInFolder(files.folderId, location.folderId),
          eq(files.path, location.path),
          isNull(files.deletedAt),
        ),
      );
    return existing !== undefined && toHex(existing.hash) === toHex(hash);
  }

  for (const path of folderPaths) await getFolderId(path);
  return { putDocuments, putFile, foldersCreated: () => created };
}

interface LocatedText extends ImportedText {
  folderId: string | null;
}

const toDraftKey = ({ folderId, title }: { folderId: string | null; title: string }) =>
  `${folderId} ${title}`;

function listPathPrefixes(path: string): string[] {
  if (path === "") return [];
  const names = path.split("/");
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}
