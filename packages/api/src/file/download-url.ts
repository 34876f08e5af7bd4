import type { FileLinks } from "@mdreader/contract";
import type { FileRow } from "@mdreader/db";

import type { FileAccess } from "../access/authorize.ts";
import { requireWithTimeout } from "../access/require-with-timeout.ts";
import { checkResource } from "../access/resource-checks.ts";
import type { Context } from "../context.ts";
import { createFileLinks } from "./file.ts";

/**
 * Creates URLs of a file for the caller. They are valid while the caller may read the file, and for a few minutes at
 * most.
 */
export function createDownloadUrls(ctx: Context, { file }: FileAccess<"file.read">): Promise<FileLinks> {
  return createFileLinks(ctx, file);
}

/** Finds the file of a download request. @throws AppError as the access check. */
export async function findFileToSend(ctx: Context, id: string): Promise<FileRow> {
  const { file } = await requireWithTimeout(ctx, checkResource(ctx, "file", "file.read", id));
  return file;
}
