import { buffer } from "node:stream/consumers";

import type { FileRow } from "@mdreader/db";

import type { Services } from "../../context.ts";
import { toStorageKey } from "../../file/file.ts";

/** Maximum total size of the images in a page, in bytes. An image counts each time that it is shown. */
const maxImageBytes = 10 * 1024 * 1024;

const inlineImageTypes = /^image\/(?:avif|bmp|gif|jpeg|png|svg\+xml|webp)$/;

/** Returns an image as a data URL; null if it is not an image, is missing, or the page already has too many. */
export type InlineImage = (file: FileRow) => Promise<string | null>;

/** Creates a function for the images of one page. */
export function createImageInliner({ storage }: Pick<Services, "storage">): InlineImage {
  let bytesLeft = maxImageBytes;
  return async ({ workspaceId, hash, size, mediaType }) => {
    if (!inlineImageTypes.test(mediaType) || size > bytesLeft) return null;
    const key = toStorageKey(workspaceId, hash);
    // A page is exported even if storage has lost an image.
    if ((await storage.readSize(key)) === null) return null;
    bytesLeft -= size;
    const bytes = await buffer(await storage.read(key));
    return `data:${mediaType};base64,${bytes.toString("base64")}`;
  };
}
