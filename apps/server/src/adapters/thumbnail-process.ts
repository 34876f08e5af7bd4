import { argv, exit, memoryUsage } from "node:process";

import sharp from "sharp";

/**
 * A process of its own for one picture: `node thumbnail-process.ts <from> <to>`. Whatever a picture makes the decoder take
 * is taken here, and ends with it. It ends with 0 when there is a thumbnail, else there is none to be had.
 */

/** Pixels along the longer side of a thumbnail. */
const side = 480;

/** Pictures of more points are not looked at: a few bytes can say that they are millions wide. */
const maxPoints = 64_000_000;

/** The same for those that can't be read row by row, and are in memory as a whole. */
const maxPointsAtOnce = 16_000_000;

/** More memory than any picture of so many points takes. */
const maxRssBytes = 400 * 1024 * 1024;

const [, , from = "", to = ""] = argv;

setInterval(() => {
  if (memoryUsage.rss() > maxRssBytes) exit(1);
}, 10);

sharp.cache(false);
sharp.concurrency(1);
const options = { limitInputPixels: maxPoints, sequentialRead: true };

try {
  const picture = await sharp(from, options).metadata();
  const { width, height, format, isProgressive, orientation = 1, depth } = picture;
  // A JPEG is made smaller while it is read, before it is turned.
  const isReadInRows = !isProgressive && (format === "jpeg" || (format === "png" && orientation === 1));
  const points = width * height * (depth === "uchar" ? 1 : 2);
  if (points > (isReadInRows ? maxPoints : maxPointsAtOnce)) exit(1);
  await sharp(from, options)
    .autoOrient()
    .resize(side, side, { fit: "inside", withoutEnlargement: true })
    .webp({ quality: 80 })
    .toFile(to);
  exit(0);
} catch {
  exit(1); // not a picture, broken, or too large
}
