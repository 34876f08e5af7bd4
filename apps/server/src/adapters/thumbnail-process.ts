import { argv, exit, memoryUsage } from "node:process";

import sharp from "sharp";

/**
 * Creates one thumbnail in a separate process: `node thumbnail-process.ts <from> <to>`. The process bounds the memory
 * and time of the decoder. The exit code is 0 if the thumbnail was written.
 */

/** Length of the longer side of a thumbnail, in pixels. */
const sidePixels = 480;

/** Maximum number of pixels. A few bytes can declare an image that is millions of pixels wide. */
const maxPixels = 64_000_000;

/** Maximum number of pixels for images that must be decoded as a whole. */
const maxUnstreamedPixels = 16_000_000;

/** Upper bound for the memory of the process. */
const maxRssBytes = 400 * 1024 * 1024;

const [, , from = "", to = ""] = argv;

setInterval(() => {
  if (memoryUsage.rss() > maxRssBytes) exit(1);
}, 10);

sharp.cache(false);
sharp.concurrency(1);
const options = { limitInputPixels: maxPixels, sequentialRead: true };

try {
  const image = await sharp(from, options).metadata();
  const { width, height, format, isProgressive, orientation = 1, depth } = image;
  // JPEGs are scaled while they are decoded, before they are rotated.
  const isReadInRows = !isProgressive && (format === "jpeg" || (format === "png" && orientation === 1));
  const decodedPixels = width * height * (depth === "uchar" ? 1 : 2);
  if (decodedPixels > (isReadInRows ? maxPixels : maxUnstreamedPixels)) exit(1);
  await sharp(from, options)
    .autoOrient()
    .resize(sidePixels, sidePixels, { fit: "inside", withoutEnlargement: true })
    .webp({ quality: 80 })
    .toFile(to);
  exit(0);
} catch {
  exit(1); // not an image, broken, or too large
}
