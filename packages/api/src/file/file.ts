import type { File, FileLinks } from "@mdreader/contract";
import type { FileRow } from "@mdreader/db";

import { requireCredential } from "../access/identity.ts";
import type { Context } from "../context.ts";
import { hasThumbnail } from "./media-type.ts";

/** The storage key of a file's bytes. Files of a workspace with the same bytes share one key. */
export function toStorageKey(workspaceId: string, hash: Uint8Array): string {
  const hex = toHex(hash);
  return `${workspaceId}/${hex.slice(0, 2)}/${hex}`;
}

/** Encodes bytes in hexadecimal. */
export const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** Returns the file name: the last segment of the path. */
export const parseFileName = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** Converts a row to the API's file. */
export function toFile(row: FileRow): File {
  return { ...row, name: parseFileName(row.path), hash: toHex(row.hash) };
}

/** Creates the URLs of a file for the caller. */
export async function createFileLinks(
  ctx: Pick<Context, "credential" | "linkSigner">,
  { id, mediaType }: Pick<FileRow, "id" | "mediaType">,
): Promise<FileLinks> {
  const { token, expiresAt } = await ctx.linkSigner.sign("file", id, requireCredential(ctx));
  const url = `/files/${id}?token=${token}`;
  return { url, thumbnailUrl: hasThumbnail(mediaType) ? `${url}&thumbnail=1` : null, expiresAt };
}
