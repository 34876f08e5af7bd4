import type { UploadRow } from "@mdreader/db";

import { checkUpload } from "../access/resource-checks.ts";
import type { Context, Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { withTimeout } from "../util/timeout.ts";

/** Bytes of an upload, and where they belong in it. */
export interface UploadPart {
  offset: number;
  body: AsyncIterable<Uint8Array>;
}

/** The upload that someone sends to. @throws AppError as the check does; NOT_FOUND for one that is completed. */
export async function findUploadToReceive(ctx: Context, id: string): Promise<UploadRow> {
  const pass = checkUpload(ctx, "file.upload", id).require();
  const { upload } = await withTimeout(pass, ctx.settings.callTimeout);
  if (upload.completedAt !== null) throw new AppError("NOT_FOUND");
  return upload;
}

/** How many bytes have arrived. */
export async function readReceivedBytes({ storage }: Services, { id }: UploadRow): Promise<number> {
  return (await storage.draftSize(id)) ?? 0;
}

/**
 * Takes bytes in as they come, and no more of them than were announced. What came before a lost connection stays, and the
 * rest can be sent later.
 * @returns How many bytes have arrived.
 * @throws AppError FILE_TOO_LARGE, leaving nothing; UPLOAD_INCOMPLETE for a part that does not go on from where it stopped.
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
    if (error instanceof AppError && error.reason === "FILE_TOO_LARGE") await storage.dropDraft(upload.id);
    throw error;
  }
}

async function* limitStream(body: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let left = most;
  for await (const chunk of body) {
    left -= chunk.byteLength;
    if (left < 0) throw new AppError("FILE_TOO_LARGE");
    yield chunk;
  }
}
