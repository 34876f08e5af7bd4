import type { UploadRow } from "@mdreader/db";

import { requireWithTimeout } from "../access/require-with-timeout.ts";
import { checkResource } from "../access/resource-checks.ts";
import type { Context, Services } from "../context.ts";
import { AppError } from "../errors.ts";

/** Bytes of an upload, and their offset in it. */
export interface UploadPart {
  offset: number;
  body: AsyncIterable<Uint8Array>;
}

/** Finds the upload that bytes are sent to. @throws AppError as the access check; NOT_FOUND for a completed upload. */
export async function findUploadToReceive(ctx: Context, id: string): Promise<UploadRow> {
  const { upload } = await requireWithTimeout(ctx, checkResource(ctx, "upload", "file.upload", id));
  if (upload.completedAt !== null) throw new AppError("NOT_FOUND");
  return upload;
}

/** Returns the number of received bytes. */
export async function readReceivedBytes({ storage }: Services, { id }: UploadRow): Promise<number> {
  return (await storage.readDraftSize(id)) ?? 0;
}

/**
 * Stores bytes as they arrive, up to the announced number. Bytes received before a lost connection are kept, and the
 * rest can be sent later.
 * @returns The number of received bytes.
 * @throws AppError FILE_TOO_LARGE, storing nothing; UPLOAD_INCOMPLETE for a part that starts behind the last received
 *   byte.
 */
export async function receiveBytes(
  services: Services,
  upload: UploadRow,
  { offset, body }: UploadPart,
): Promise<number> {
  const { storage } = services;
  if (offset > (await readReceivedBytes(services, upload))) throw new AppError("UPLOAD_INCOMPLETE");
  try {
    return await storage.append(upload.id, offset, limitStream(body, upload.size - offset));
  } catch (error) {
    if (error instanceof AppError && error.reason === "FILE_TOO_LARGE") await storage.deleteDraft(upload.id);
    throw error;
  }
}

async function* limitStream(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let remaining = maxBytes;
  for await (const chunk of body) {
    remaining -= chunk.byteLength;
    if (remaining < 0) throw new AppError("FILE_TOO_LARGE");
    yield chunk;
  }
}
