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
import { mutateWorkspace } from "../access/authorized-transaction.ts";
import type { Services } from "../context.ts";
import { createDeletion } from "../document/deletion-columns.ts";
import { findFolderOrRoot } from "../document/folder/find.ts";
import { AppError } from "../errors.ts";
import type { Storage } from "../ports.ts";
import type { EmitEvent } from "../workspace/event-log.ts";
import { hasBytes } from "./create-upload.ts";
import { findFileAt, findFreePath, lockFiles } from "./file-paths.ts";
import { toHex, toStorageKey, parseFileName, toFile } from "./file.ts";
import { sniffLength, sniffMediaType } from "./media-type.ts";

/**
 * Creates a file from the received bytes. Completing an upload again returns the same file. If the server is killed
 * halfway, the upload is unchanged and can be completed later.
 *
 * @param expected The hash of the file that this one replaces; null if there must be none.
 * @throws AppError UPLOAD_INCOMPLETE while bytes are missing; UPLOAD_MISMATCH when they differ from the announced ones;
 *   FILE_CHANGED when the file to replace is not the expected one.
 */
export async function completeUpload(
  services: Services,
  access: UploadAccess<"file.upload">,
  { expectedHash }: { expectedHash?: string | null | undefined } = {},
): Promise<File> {
  const { upload, workspaceId, caller } = access;
  if (upload.purpose !== "file") throw new AppError("NOT_FOUND");
  if (upload.completedAt !== null) return readCompletedFile(services.database.db, upload.id);
  const { storage, database } = services;
  const { hash, isDraft } = await checksumReceivedBytes(services, upload);
  // The hash is recorded before the draft is committed, because committed bytes are found by it.
  if (isDraft) {
    const arrivedAt = services.clock.now().toISOString();
    await database.db.update(fileUploads).set({ hash, arrivedAt }).where(eq(fileUploads.id, upload.id));
  }
  const key = toStorageKey(workspaceId, hash);
  return mutateWorkspace(services, "file.upload", access, async ({ tx, emit }) => {
    await lockFiles(tx, workspaceId);
    if (!(await markCompleted(tx, services, upload.id))) return readCompletedFile(tx, upload.id);
    const { documentId, folderId } = await findCurrentTarget(tx, upload);
    if (isDraft) await storage.commitUpload(upload.id, key);
    else await assertStored(tx, services, upload, hash);
    const target = { workspaceId, folderId, path: upload.path };
    /** The replaced file's columns that the new file inherits, unless its upload sets them. */
    let replaced: Pick<FileRow, "documentId" | "alias"> = { documentId: null, alias: null };
    if (upload.onConflict === "replace") {
      const existing = await findFileAt(tx, target);
      const existingHash = existing && toHex(existing.hash);
      if (expectedHash !== undefined && existingHash !== expectedHash) throw new AppError("FILE_CHANGED");
      replaced = existing ?? replaced;
      await deleteReplaced(tx, services, existing, caller.userId, emit);
    }
    const path = await findFreePath(tx, target);
    const [row] = await tx
      .insert(files)
      .values({
        id: upload.id,
        workspaceId,
        documentId: documentId ?? replaced.documentId,
        folderId,
        path,
        alias: documentId === null || documentId === replaced.documentId ? replaced.alias : null,
        mediaType: await readMediaType(storage, key, parseFileName(path)),
        size: upload.size,
        hash,
        uploadedBy: caller.userId,
      })
      .returning();
    if (row === undefined) throw new AppError("INTERNAL");
    emit({ kind: "file.created", subjectId: row.id, subjectName: parseFileName(path) });
    return toFile(row);
  });
}

/**
 * Ensures that bytes without a draft belong to the workspace: they were received before, or are those of one of its
 * files. Permanently deleted bytes must be uploaded again.
 */
async function assertStored(
  tx: Tx,
  { storage }: Services,
  upload: UploadRow,
  hash: Uint8Array,
): Promise<void> {
  const { workspaceId, arrivedAt, size } = upload;
  const wasReceived = arrivedAt !== null || (await hasBytes(tx, workspaceId, hash, size));
  if (!wasReceived || (await storage.readSize(toStorageKey(workspaceId, hash))) === null) {
    throw new AppError("UPLOAD_INCOMPLETE");
  }
}

/** Returns the hash of the received bytes, and whether they are still a draft: they may already be committed. */
async function checksumReceivedBytes(
  { storage }: Services,
  { id, workspaceId, size, hash: announced }: UploadRow,
): Promise<{ hash: Uint8Array; isDraft: boolean }> {
  if (size === 0) await storage.append(id, 0, streamNothing());
  const received = await storage.hashDraft(id);
  if (received === null) {
    if (announced === null) throw new AppError("UPLOAD_INCOMPLETE");
    const storedSize = await storage.readSize(toStorageKey(workspaceId, announced));
    if (storedSize === null) throw new AppError("UPLOAD_INCOMPLETE");
    if (storedSize !== size) throw new AppError("UPLOAD_MISMATCH");
    return { hash: announced, isDraft: false };
  }
  if (received.size < size) throw new AppError("UPLOAD_INCOMPLETE");
  const isAnnounced = announced === null || toHex(announced) === toHex(received.hash);
  if (received.size > size || !isAnnounced) {
    await storage.deleteDraft(id);
    throw new AppError("UPLOAD_MISMATCH");
  }
  return { hash: received.hash, isDraft: true };
}

async function* streamNothing(): AsyncGenerator<Uint8Array> {}

/** Detects the media type of a stored object by its first bytes. */
async function readMediaType(storage: Storage, key: string, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  const head = await storage.read(key, { start: 0, end: sniffLength - 1 });
  for await (const chunk of head) chunks.push(chunk as Buffer); // a stream of bytes
  return sniffMediaType(Buffer.concat(chunks), name);
}

/** Returns whether this call is the one that completes the upload. */
async function markCompleted(tx: Tx, { clock }: Services, id: string): Promise<boolean> {
  const marked = await tx
    .update(fileUploads)
    .set({ completedAt: clock.now().toISOString() })
    .where(and(eq(fileUploads.id, id), isNull(fileUploads.completedAt)))
    .returning({ id: fileUploads.id });
  return marked.length > 0;
}

/** Returns the file that an upload became. @throws AppError NOT_FOUND when it is in the trash. */
async function readCompletedFile(db: Executor, id: string): Promise<File> {
  const [row] = await db
    .select()
    .from(files)
    .where(and(eq(files.id, id), isNull(files.deletedAt)));
  if (row === undefined) throw new AppError("NOT_FOUND");
  return toFile(row);
}

/** Finds the file's current target: its document may have been moved in the meantime, or its folder deleted. */
async function findCurrentTarget(tx: Tx, { workspaceId, documentId, folderId }: UploadRow) {
  if (documentId === null) {
    return { documentId, folderId: await findFolderOrRoot(tx, workspaceId, folderId) };
  }
  const [document] = await tx
    .select({ folderId: documents.folderId })
    .from(documents)
    .where(and(eq(documents.id, documentId), isNull(documents.deletedAt)))
    .for("share");
  if (document === undefined) throw new AppError("NOT_FOUND");
  return { documentId, folderId: document.folderId };
}

async function deleteReplaced(
  tx: Tx,
  services: Services,
  existing: FileRow | null,
  userId: string,
  emit: EmitEvent,
): Promise<void> {
  if (existing === null) return;
  emit({ kind: "file.deleted", subjectId: existing.id, subjectName: parseFileName(existing.path) });
  await tx
    .update(files)
    .set(createDeletion(services, userId, existing.id))
    .where(eq(files.id, existing.id));
}
