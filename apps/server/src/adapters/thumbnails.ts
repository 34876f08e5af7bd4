import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import type { Thumbnails } from "@mdreader/api";
import sharp from "sharp";

/** Pixels along the longer side of a thumbnail. */
const side = 480;

/** Pictures of more points are not looked at: a few bytes can say that they are millions wide. */
const maxPoints = 64_000_000;

/** Seconds that one may take. */
const patience = 15;

/** Thumbnails by libvips. It reads from a file, bit by bit, so that no picture is in memory as a whole. */
export function createThumbnails(): Thumbnails {
  sharp.cache(false);
  sharp.concurrency(1);
  return {
    async make(picture) {
      const folder = await mkdtemp(join(tmpdir(), "mdreader-thumbnail-"));
      try {
        const path = join(folder, "picture");
        await pipeline(picture, createWriteStream(path));
        return await shrunk(path);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function shrunk(path: string): Promise<Uint8Array | null> {
  try {
    return await sharp(path, { limitInputPixels: maxPoints, sequentialRead: true })
      .autoOrient()
      .resize(side, side, { fit: "inside", withoutEnlargement: true })
      .webp({ quality: 80 })
      .timeout({ seconds: patience })
      .toBuffer();
  } catch {
    return null; // not a picture, broken, or too large
  }
}
