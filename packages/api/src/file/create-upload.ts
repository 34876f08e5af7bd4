import type { CreateUploadInput, Upload, UploadTarget } from "@mdreader/contract";
import { documents, files, fileUploads, createId, type Tx, type UploadRow } from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { requireCredential } from "../access/identity.ts";
import { lockActiveAccountShared } from "../access/locks.ts";
import type { Context, Services } from "../context.ts";
import { findFolder } from "../document/folder/find.ts";
import { AppError } from "../errors.ts";
import { lockFiles } from "./file-paths.ts";
import { assertQuota, assertArchiveQuota } from "./quota.ts";

/** Seconds until an incomplete upload expires. */
const expirySeconds = 86_400;

/**
 * Announces a file, and returns where to send its bytes. Completing the upload creates the file.
 * @throws AppError as `announceUpload`.
 */
export async function createUpload(
  ctx: Context,
  access: WorkspaceAccess<"file.upload">,
  input: Omit<CreateUploadInput, "workspaceId">,
): Promise<Upload> {
  const { upload, isKnown } = await announceUpload(ctx, access, input);
  return {
    id: upload.id,
    target: isKnown ? null : await createUploadTarget(ctx, upload),
    expiresAt: upload.expiresAt,
  };
}

/**
 * Records an upload and reserves its bytes.
 * @returns The upload, and whether the workspace already has its bytes.
 * @throws AppError FILE_TOO_LARGE, QUOTA_EXCEEDED, NOT_FOUND for a document or folder that is not in this workspace.
 */
export async function announceUpload(
  { settings, clock, database }: Services,
  { workspaceId, caller }: WorkspaceAccess<"file.upload">,
  input: Omit<CreateUploadInput, "workspaceId">,
): Promise<{ upload: UploadRow; isKnown: boolean }> {
  const { size, name, purpose, onConflict } = input;
  const isFile = purpose === "file";
  if (size > (isFile ? settings.maxUploadBytes : settings.maxImportBytes))
    throw new AppError("FILE_TOO_LARGE");
  const hash = typeof input.hash === "string" ? Buffer.from(input.hash, "hex") : null;
  return database.db.transaction(async (tx) => {
    await lockActiveAccountShared(tx, caller.userId);
    const { documentId, folderId } = await findTarget(tx, workspaceId, input);
    await lockFiles(tx, workspaceId);
    const hasCopy = hash !== null && isFile && (await hasBytes(tx, workspaceId, hash, size));
    if (isFile) await assertQuota(tx, settings, { workspaceId, userId: caller.userId }, hasCopy ? 0 : size);
    else await assertArchiveQuota(tx, settings, workspaceId, size);
    const path = input.path ?? (documentId === null ? name : `attachments/${name}`);
    const [row] = await tx
      .insert(fileUploads)
      .values({
        id: createId(),
        workspaceId,
        documentId,
        folderId,
        path,
        purpose,
        onConflict,
        size,
        hash,
        uploadedBy: caller.userId,
        expiresAt: new Date(clock.now().getTime() + expirySeconds * 1000).toISOString(),
      })
      .returning();
    if (row === undefined) throw new AppError("INTERNAL");
    return { upload: row, isKnown: hasCopy };
  });
}

/** Finds the document and folder that a file is for. An attachment is in its document's folder. */
async function findTarget(
  tx: Tx,
  workspaceId: string,
  { documentId = null, folderId = null }: Pick<CreateUploadInput, "documentId" | "folderId">,
): Promise<{ documentId: string | null; folderId: string | null }> {
  if (documentId === null) {
    if (folderId !== null) await findFolder(tx, workspaceId, folderId);
    return { documentId, folderId };
  }
  const [document] = await tx
    .select({ folderId: documents.folderId })
    .from(documents)
    .where(
      and(eq(documents.id, documentId), eq(documents.workspaceId, workspaceId), isNull(documents.deletedAt)),
    );
  if (document === undefined) throw new AppError("NOT_FOUND");
  return { documentId, folderId: document.folderId };
}

/** Whether a file of the workspace has exactly these bytes. */
export async function hasBytes(
  tx: Tx,
  workspaceId: string,
  hash: Uint8Array,
  size: number,
): Promise<boolean> {
  const [found] = await tx
    .select({ id: files.id })
    .from(files)
    .where(and(eq(files.workspaceId, workspaceId), eq(files.hash, hash), eq(files.size, size)))
    .limit(1);
  return found !== undefined;
}

async function createUploadTarget(ctx: Context, { id, size, hash }: UploadRow): Promise<UploadTarget> {
  const direct = await ctx.storage.presignUpload(id, { size, hash, seconds: expirySeconds });
  if (direct !== null) return { kind: "whole", ...direct };
  const { token } = await ctx.linkSigner.sign("upload", id, requireCredential(ctx));
  return { kind: "resumable", url: `/files/uploads/${id}?token=${token}`, headers: {} };
}
