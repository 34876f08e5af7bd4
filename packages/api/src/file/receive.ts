import type { UploadRow } from "@mdreader/db";

import { uploadGate } from "../access/gate.ts";
import type { Context, Services } from "../context.ts";
import { withinDeadline } from "../deadline.ts";
import { AppError } from "../errors.ts";

/** Bytes of an upload, and where they belong in it. */
export interface Part {
  offset: number;
  body: AsyncIterable<Uint8Array>;
}

/** The upload that someone sends to. @throws AppError as the check does; NOT_FOUND for one that is completed. */
export async function uploadToReceive(ctx: Context, id: string): Promise<UploadRow> {
  const pass = uploadGate(ctx, "file.upload", id).pass();
  const { upload } = await withinDeadline(pass, ctx.settings.callTimeout);
  if (upload.completedAt !== null) throw new AppError("NOT_FOUND");
  return upload;
}

/** How many bytes have arrived. */
export async function receivedOf({ storage }: Services, { id }: UploadRow): Promise<number> {
  return (await storage.draftSize(id)) ?? 0;
}

/**
 * Takes bytes in as they come, and no more of them than were announced. What came before a lost connection stays, and the
 * rest can be sent later.
 * @returns How many bytes have arrived.
 * @throws AppError FILE_TOO_LARGE, leaving nothing; UPLOAD_INCOMPLETE for a part that does not go on from where it stopped.
 */
export async function receive(
  services: Services,
  upload: UploadRow,
  { offset, body }: Part,
): Promise<number> {
  const { storage } = services;
  if (offset > (await receivedOf(services, upload))) throw new AppError("UPLOAD_INCOMPLETE");
  try {
    return await storage.append(upload.id, offset, capped(body, upload.size - offset));
  } catch (error) {
    if (error instanceof AppError && error.reason === "FILE_TOO_LARGE") await storage.dropDraft(upload.id);
    throw error;
  }
}

async function* capped(body: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let left = most;
  for await (const chunk of body) {
    left -= chunk.byteLength;
    if (left < 0) throw new AppError("FILE_TOO_LARGE");
    yield chunk;
  }
}
