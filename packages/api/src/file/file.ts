import type { File, FileLinks } from "@mdreader/contract";
import type { FileRow } from "@mdreader/db";

import { requireCredential } from "../access/resource-checks.ts";
import type { Context } from "../context.ts";
import { hasThumbnail } from "./media-type.ts";

/** Where the bytes of a file lie in the storage: once for all files of a workspace that have the same. */
export function storageKey(workspaceId: string, hash: Uint8Array): string {
  const hex = toHex(hash);
  return `${workspaceId}/${hex.slice(0, 2)}/${hex}`;
}

/** Bytes in hexadecimal. */
export const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** What a file is called: the last name of its path. */
export const fileNameFromPath = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** A row as callers see it. */
export function toFile(row: FileRow): File {
  return { ...row, name: fileNameFromPath(row.path), hash: toHex(row.hash) };
}

/** The addresses of a file for the caller. */
export async function createFileLinks(
  ctx: Pick<Context, "credential" | "fileLinks">,
  { id, mediaType }: Pick<FileRow, "id" | "mediaType">,
): Promise<FileLinks> {
  const { token, expiresAt } = await ctx.fileLinks.sign("file", id, requireCredential(ctx));
  const url = `/files/${id}?token=${token}`;
  return { url, thumbnailUrl: hasThumbnail(mediaType) ? `${url}&thumbnail=1` : null, expiresAt };
}
