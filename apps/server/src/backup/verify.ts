import { BackupError } from "@mdreader/db";

import type { Header, Manifest } from "./format.ts";
import { readArchive } from "./read-archive.ts";

export interface VerifiedBackup {
  header: Header;
  manifest: Manifest;
}

/**
 * Reads a whole backup, and compares it with its checksums.
 * @throws BackupError if it is damaged or incomplete, or this version can't restore it.
 */
export async function verifyBackup(path: string, signal?: AbortSignal): Promise<VerifiedBackup> {
  let header: Header | null = null;
  let manifest: Manifest | null = null;
  for await (const item of readArchive(path)) {
    signal?.throwIfAborted();
    if (item.kind === "header") ({ header } = item);
    if (item.kind === "manifest") ({ manifest } = item);
    if (item.kind === "file") for await (const _ of item.content) signal?.throwIfAborted();
  }
  if (header === null || manifest === null) throw new BackupError("The backup has no manifest.");
  return { header, manifest };
}
