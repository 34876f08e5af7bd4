import type { Readable } from "node:stream";

import type { FileRow } from "@mdreader/db";
import pLimit from "p-limit";
import QuickLRU from "quick-lru";

import { AppError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { toStorageKey } from "./file.ts";
import { hasThumbnail } from "./media-type.ts";

/** Maximum size of the source file in bytes. */
const maxBytes = 64 * 1024 * 1024;

/** Limits the thumbnails that are created at once, because each one occupies a core. */
const limitConcurrency = pLimit(2);

/** Maximum queue length. */
const maxWaiting = 100;

/** Seconds before a thumbnail that took too long is attempted again. */
const retrySeconds = 600;
const slowSources = new QuickLRU<string, true>({ maxSize: 1000, maxAge: retrySeconds * 1000 });

/**
 * Returns a thumbnail of a file. It is created on first request and stored next to the file's bytes. If none can be
 * created, an empty one is stored, so that the image is not decoded on each request.
 * @throws AppError NOT_FOUND when the file has no thumbnail; UNAVAILABLE when it takes too long.
 */
export async function readThumbnail(
  { storage, thumbnails }: Pick<Ports, "storage" | "thumbnails">,
  { workspaceId, hash, mediaType, size }: Pick<FileRow, "workspaceId" | "hash" | "mediaType" | "size">,
): Promise<{ size: number; body: Readable }> {
  if (!hasThumbnail(mediaType) || size > maxBytes) throw new AppError("NOT_FOUND");
  const source = toStorageKey(workspaceId, hash);
  if (slowSources.has(source)) throw new AppError("UNAVAILABLE", { retryAfter: retrySeconds });
  if (limitConcurrency.pendingCount >= maxWaiting) throw new AppError("UNAVAILABLE", { retryAfter: 5 });
  const key = `${source}.thumbnail.webp`;
  const bytes =
    (await storage.readSize(key)) ??
    (await limitConcurrency(async () => {
      const storedSize = await storage.readSize(key);
      if (storedSize !== null) return storedSize;
      if (slowSources.has(source)) throw new AppError("UNAVAILABLE", { retryAfter: retrySeconds });
      const image = await storage.read(source);
      const thumbnail = await thumbnails.create(image).catch((error: unknown) => {
        if (error instanceof AppError) slowSources.set(source, true);
        throw error;
      });
      await storage.put(key, thumbnail ?? new Uint8Array());
      return thumbnail?.byteLength ?? 0;
    }));
  if (bytes === 0) throw new AppError("NOT_FOUND");
  return { size: bytes, body: await storage.read(key) };
}
