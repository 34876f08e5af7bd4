import type { Readable } from "node:stream";

import type { FileRow } from "@mdreader/db";
import pLimit from "p-limit";

import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { keyOf } from "./file.ts";
import { hasThumbnail } from "./media-type.ts";

/** Larger files are not looked at. */
const maxBytes = 64 * 1024 * 1024;

/** How many are made at once: each takes a processor. */
const making = pLimit(2);

/** How many may wait for that. */
const maxWaiting = 100;

/**
 * A small picture of a file, which is made when it is first wanted and kept beside its bytes.
 * @throws AppError NOT_FOUND when there can't be one.
 */
export async function thumbnailOf(
  { storage, thumbnails }: Pick<Services, "storage" | "thumbnails">,
  { workspaceId, hash, mediaType, size }: FileRow,
): Promise<{ size: number; body: Readable }> {
  if (!hasThumbnail(mediaType) || size > maxBytes) throw new AppError("NOT_FOUND");
  if (making.pendingCount >= maxWaiting) throw new AppError("UNAVAILABLE", { retryAfter: 5 });
  const source = keyOf(workspaceId, hash);
  const key = `${source}.thumbnail.webp`;
  const bytes =
    (await storage.sizeOf(key)) ??
    (await making(async () => {
      const made = (await storage.sizeOf(key)) ?? (await thumbnails.make(await storage.read(source)));
      if (made === null || typeof made === "number") return made;
      await storage.put(key, made);
      return made.byteLength;
    }));
  if (bytes === null) throw new AppError("NOT_FOUND");
  return { size: bytes, body: await storage.read(key) };
}
