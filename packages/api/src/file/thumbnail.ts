import type { Readable } from "node:stream";

import type { FileRow } from "@mdreader/db";
import pLimit from "p-limit";
import QuickLRU from "quick-lru";

import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { storageKey } from "./file.ts";
import { hasThumbnail } from "./media-type.ts";

/** Larger files are not looked at. */
const maxBytes = 64 * 1024 * 1024;

/** How many are made at once: each takes a processor. */
const concurrency = pLimit(2);

/** How many may wait for that. */
const maxWaiting = 100;

/** Pictures that took too long: they are not tried again for a while, and then once more. */
const retrySeconds = 600;
const tookTooLong = new QuickLRU<string, true>({ maxSize: 1000, maxAge: retrySeconds * 1000 });

/**
 * A small picture of a file, which is made when it is first wanted and kept beside its bytes. Where there can't be one, an
 * empty one is kept, so that the picture is not decoded with each request.
 * @throws AppError NOT_FOUND when there can't be one; UNAVAILABLE when it takes too long.
 */
export async function readThumbnail(
  { storage, thumbnails }: Pick<Services, "storage" | "thumbnails">,
  { workspaceId, hash, mediaType, size }: Pick<FileRow, "workspaceId" | "hash" | "mediaType" | "size">,
): Promise<{ size: number; body: Readable }> {
  if (!hasThumbnail(mediaType) || size > maxBytes) throw new AppError("NOT_FOUND");
  const source = storageKey(workspaceId, hash);
  if (tookTooLong.has(source)) throw new AppError("UNAVAILABLE", { retryAfter: retrySeconds });
  if (concurrency.pendingCount >= maxWaiting) throw new AppError("UNAVAILABLE", { retryAfter: 5 });
  const key = `${source}.thumbnail.webp`;
  const bytes =
    (await storage.sizeOf(key)) ??
    (await concurrency(async () => {
      const kept = await storage.sizeOf(key);
      if (kept !== null) return kept;
      if (tookTooLong.has(source)) throw new AppError("UNAVAILABLE", { retryAfter: retrySeconds });
      const picture = await storage.read(source);
      const made = await thumbnails.make(picture).catch((error: unknown) => {
        if (error instanceof AppError) tookTooLong.set(source, true);
        throw error;
      });
      await storage.put(key, made ?? new Uint8Array());
      return made?.byteLength ?? 0;
    }));
  if (bytes === 0) throw new AppError("NOT_FOUND");
  return { size: bytes, body: await storage.read(key) };
}
