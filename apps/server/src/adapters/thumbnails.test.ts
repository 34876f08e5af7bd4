import { Readable } from "node:stream";

import sharp from "sharp";
import { expect, test } from "vitest";

import { createThumbnails } from "./thumbnails.ts";

const thumbnails = createThumbnails();
const createBlank = (side: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background: "white" } });
const createThumbnail = (picture: Uint8Array) => thumbnails.create(Readable.from([picture]));

test("a thumbnail is scaled and rotated by its EXIF orientation", async () => {
  const picture = sharp({ create: { width: 900, height: 300, channels: 3, background: "red" } });
  const turned = await picture.withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const small = await createThumbnail(turned);
  expect(await sharp(small ?? undefined).metadata()).toMatchObject({
    format: "webp",
    width: 160,
    height: 480,
  });
});

test("a large image is decoded row by row if its format allows it, and rejected otherwise", async () => {
  expect(await createThumbnail(await createBlank(4100).png().toBuffer())).not.toBeNull();
  expect(await createThumbnail(await createBlank(4100).png({ progressive: true }).toBuffer())).toBeNull();
});

test("a file that is not an image has no thumbnail", async () => {
  expect(await createThumbnail(Buffer.from("no picture"))).toBeNull();
  expect(await createThumbnail((await createBlank(500).png().toBuffer()).subarray(0, 300))).toBeNull();
});
