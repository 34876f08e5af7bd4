import { createHash } from "node:crypto";

import type { File, UploadFormInput } from "@mdreader/contract";
import { fileUploads } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { UploadAccess, WorkspaceAccess } from "../access/authorize.ts";
import { requireWithTimeout } from "../access/require-with-timeout.ts";
import { checkResource } from "../access/resource-checks.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { cancelUpload } from "./cancel-upload.ts";
import { completeUpload } from "./complete-upload.ts";
import { announceUpload } from "./create-upload.ts";
import { receiveBytes } from "./receive-upload.ts";

/** The bytes of a file that arrive in one request. */
export interface IncomingFile {
  name: string;
  /** The most bytes that can arrive. */
  maxBytes: number;
  body: AsyncIterable<Uint8Array>;
}

/**
 * Creates a file from bytes that arrive in one request, as an upload that is announced, received and completed. If it fails,
 * nothing remains of it.
 * @throws AppError as `announceUpload`, `receiveBytes` and `completeUpload`.
 */
export async function uploadFile(
  ctx: Context,
  access: WorkspaceAccess<"file.upload">,
  { size, expectedHash, ...input }: Omit<UploadFormInput, "workspaceId">,
  { name, maxBytes, body }: IncomingFile,
): Promise<File> {
  const announced = { ...input, name, size: size ?? maxBytes, purpose: "file" as const };
  const { upload } = await announceUpload(ctx, access, announced);
  try {
    const received = await receiveBytes(ctx, upload, { offset: 0, body });
    if (size === undefined) {
      const { db } = ctx.database;
      await db.update(fileUploads).set({ size: received }).where(eq(fileUploads.id, upload.id));
    }
    return await completeUpload(ctx, await recheckAccess(ctx, upload.id), { expectedHash });
  } catch (error) {
    await cancelUpload(ctx, upload.id).catch((failure: unknown) =>
      ctx.log.warn({ err: failure, requestId: ctx.request.id }, "a failed upload couldn't be removed"),
    );
    throw error;
  }
}

/** Checks access again, because the bytes may have taken minutes to arrive. */
const recheckAccess = (ctx: Context, id: string): Promise<UploadAccess<"file.upload">> =>
  requireWithTimeout(ctx, checkResource(ctx, "upload", "file.upload", id));

/**
 * Asserts that a file has the bytes of a request that is repeated. They are not stored.
 * @throws AppError IDEMPOTENCY_KEY_REUSED
 */
export async function assertSameBytes({ hash, size }: File, body: AsyncIterable<Uint8Array>): Promise<void> {
  const bodyHash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > size) throw new AppError("IDEMPOTENCY_KEY_REUSED");
    bodyHash.update(chunk);
  }
  if (bodyHash.digest("hex") !== hash) throw new AppError("IDEMPOTENCY_KEY_REUSED");
}
