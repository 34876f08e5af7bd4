import type { File } from "@mdreader/contract";
import {
  documents,
  type Executor,
  type FileRow,
  files,
  fileUploads,
  type Tx,
  type UploadRow,
} from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

import type { UploadAccess } from "../access/authorize.ts";
import { change } from "../access/change.ts";
import type { Recorder } from "../access/events.ts";
import type { Services } from "../context.ts";
import { folderOrRoot } from "../document/folder/find.ts";
import { AppError } from "../errors.ts";
import type { Storage } from "../ports.ts";
import { hasBytes } from "./create-upload.ts";
import { hexOf, keyOf, nameOf, toFile } from "./file.ts";
import { headBytes, mediaTypeOf } from "./media-type.ts";
import { fileAt, freePath, holdFiles } from "./place.ts";

/**
 * Makes a file of what has arrived: only now there is one. Completing it again answers the same file. When the server is
 * killed in the middle, the upload is as it was, and can be completed.
 *
 * @param expected The hash of the file that makes way for this one; null where there must be none.
 * @throws AppError UPLOAD_INCOMPLETE while bytes are missing; UPLOAD_MISMATCH when they are not those announced; FILE_CHANGED
 *   when another file than expected would make way.
 */
export async function completeUpload(
  services: Services,
  access: UploadAccess<"file.upload">,
  { expectedHash }: { expectedHash?: string | null | undefined } = {},
): Promise<File> {
  const { upload, workspaceId, caller } = access;
  if (upload.purpose !== "file") throw new AppError("NOT_FOUND");
  if (upload.completedAt !== null) return completed(services.database.db, upload.id);
  const { storage, database } = services;
  const { hash, isDraft } = await arrivedOf(services, upload);
  // Noted first: once the draft is kept, it is found by it.
  if (isDraft) {
    const arrivedAt = services.clock.now().toISOString();
    await database.db.update(fileUploads).set({ hash, arrivedAt }).where(eq(fileUploads.id, upload.id));
  }
  const key = keyOf(workspaceId, hash);
  return change(services, "file.upload", access, async ({ tx, record }) => {
    await holdFiles(tx, workspaceId);
    if (!(await markCompleted(tx, services, upload.id))) return completed(tx, upload.id);
    const { documentId, folderId } = await goalOf(tx, upload);
    if (isDraft) await storage.keep(upload.id, key);
    else await assertKept(tx, services, upload, hash);
    const goal = { workspaceId, folderId, path: upload.path };
    /** What the new file has of the one that makes way for it, unless its upload says otherwise. */
    let former: Pick<FileRow, "documentId" | "alias"> = { documentId: null, alias: null };
    if (upload.onConflict === "replace") {
      const there = await fileAt(tx, goal);
      const hashThere = there && hexOf(there.hash);
      if (expectedHash !== undefined && hashThere !== expectedHash) throw new AppError("FILE_CHANGED");
      former = there ?? former;
      await makeWay(tx, services, there, caller.userId, record);
    }
    const path = await freePath(tx, goal);
    const [row] = await tx
      .insert(files)
      .values({
        id: upload.id,
        workspaceId,
        documentId: documentId ?? former.documentId,
        folderId,
        path,
        alias: documentId === null || documentId === former.documentId ? former.alias : null,
        mediaType: await mediaTypeAt(storage, key, nameOf(path)),
        size: upload.size,
        hash,
        uploadedBy: caller.userId,
      })
      .returning();
    if (row === undefined) throw new AppError("INTERNAL");
    record({ kind: "file.created", subjectId: row.id, subjectName: nameOf(path) });
    return toFile(row);
  });
}

/**
 * Makes sure that bytes which did not come now are the workspace's all the same: they came before, or are those of a file
 * that it has. What was removed for good comes back only from who has it.
 */
async function assertKept(tx: Tx, { storage }: Services, upload: UploadRow, hash: Uint8Array): Promise<void> {
  const { workspaceId, arrivedAt, size } = upload;
  const isOurs = arrivedAt !== null || (await hasBytes(tx, workspaceId, hash, size));
  if (!isOurs || (await storage.sizeOf(keyOf(workspaceId, hash))) === null) {
    throw new AppError("UPLOAD_INCOMPLETE");
  }
}

/** The hash of what has arrived, and whether it is a draft: it may have been kept before. */
async function arrivedOf(
  { storage }: Services,
  { id, workspaceId, size, hash: announced }: UploadRow,
): Promise<{ hash: Uint8Array; isDraft: boolean }> {
  if (size === 0) await storage.append(id, 0, none());
  const arrived = await storage.inspect(id);
  if (arrived === null) {
    if (announced === null) throw new AppError("UPLOAD_INCOMPLETE");
    const kept = await storage.sizeOf(keyOf(workspaceId, announced));
    if (kept === null) throw new AppError("UPLOAD_INCOMPLETE");
    if (kept !== size) throw new AppError("UPLOAD_MISMATCH");
    return { hash: announced, isDraft: false };
  }
  if (arrived.size < size) throw new AppError("UPLOAD_INCOMPLETE");
  const isAnnounced = announced === null || hexOf(announced) === hexOf(arrived.hash);
  if (arrived.size > size || !isAnnounced) {
    await storage.dropDraft(id);
    throw new AppError("UPLOAD_MISMATCH");
  }
  return { hash: arrived.hash, isDraft: true };
}

async function* none(): AsyncGenerator<Uint8Array> {}

/** What lies under a key, by its first bytes. */
async function mediaTypeAt(storage: Storage, key: string, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  const head = await storage.read(key, { start: 0, end: headBytes - 1 });
  for await (const chunk of head) chunks.push(chunk as Buffer); // a stream of bytes
  return mediaTypeOf(Buffer.concat(chunks), name);
}

/** Answers whether this is the one that completes it. */
async function markCompleted(tx: Tx, { clock }: Services, id: string): Promise<boolean> {
  const marked = await tx
    .update(fileUploads)
    .set({ completedAt: clock.now().toISOString() })
    .where(and(eq(fileUploads.id, id), isNull(fileUploads.completedAt)))
    .returning({ id: fileUploads.id });
  return marked.length > 0;
}

/** The file that an upload has become. @throws AppError NOT_FOUND when it is in the trash. */
async function completed(db: Executor, id: string): Promise<File> {
  const [row] = await db
    .select()
    .from(files)
    .where(and(eq(files.id, id), isNull(files.deletedAt)));
  if (row === undefined) throw new AppError("NOT_FOUND");
  return toFile(row);
}

/** Where a file goes now: its document may have been moved meanwhile, or its folder deleted. */
async function goalOf(tx: Tx, { workspaceId, documentId, folderId }: UploadRow) {
  if (documentId === null) {
    return { documentId, folderId: await folderOrRoot(tx, workspaceId, folderId) };
  }
  const [document] = await tx
    .select({ folderId: documents.folderId })
    .from(documents)
    .where(and(eq(documents.id, documentId), isNull(documents.deletedAt)))
    .for("share");
  if (document === undefined) throw new AppError("NOT_FOUND");
  return { documentId, folderId: document.folderId };
}

async function makeWay(
  tx: Tx,
  { clock }: Services,
  there: FileRow | null,
  userId: string,
  record: Recorder,
): Promise<void> {
  if (there === null) return;
  record({ kind: "file.deleted", subjectId: there.id, subjectName: nameOf(there.path) });
  await tx
    .update(files)
    .set({ deletedAt: clock.now().toISOString(), deletedBy: userId, deletedWith: there.id })
    .where(eq(files.id, there.id));
}
