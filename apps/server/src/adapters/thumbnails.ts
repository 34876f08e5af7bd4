import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";

import { AppError, type Thumbnails } from "@mdreader/api";

const program = fileURLToPath(new URL("thumbnail-process.ts", import.meta.url));

/** Timeout for one thumbnail. */
const timeoutMs = 15_000;

/** Creates thumbnails with libvips. Each runs in a separate process, which bounds its memory and time. */
export function createThumbnails(): Thumbnails {
  return {
    async create(image) {
      const folder = await mkdtemp(join(tmpdir(), "mdreader-thumbnail-"));
      try {
        const [from, to] = [join(folder, "image"), join(folder, "thumbnail.webp")];
        await pipeline(image, createWriteStream(from));
        return (await createThumbnailFile(from, to)) ? await readFile(to) : null;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/**
 * Runs the process without the settings and secrets of this one.
 * @returns Whether it created the thumbnail.
 * @throws AppError UNAVAILABLE if it was killed.
 */
function createThumbnailFile(from: string, to: string): Promise<boolean> {
  const options = { timeout: timeoutMs, killSignal: "SIGKILL", env: {} } as const;
  return new Promise((resolve, reject) => {
    execFile(execPath, [program, from, to], options, (error) => {
      if (error === null || error.code === 1) resolve(error === null);
      else reject(new AppError("UNAVAILABLE", { retryAfter: 60, cause: error }));
    });
  });
}
