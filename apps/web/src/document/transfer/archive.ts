import type { ImportReport } from "@mdreader/client";
import { Zip, ZipPassThrough } from "fflate";

import type { PickedFile } from "./picked-files.ts";

/** A ZIP archive that was chosen itself; those in folders are files. */
const isArchive = ({ path }: PickedFile) => /^[^/]+\.zip$/i.test(path);

/** A part of a split export, such as Notion's `Export-…-Part-1.zip`. The links between the parts need all of them at once. */
const isPart = ({ path }: PickedFile) => /^[^/]+-Part-\d+\.zip$/i.test(path);

/** Groups files by the archive to send them in: each chosen archive, the parts of an export, and all other files. */
export function groupByArchive(found: readonly PickedFile[]): PickedFile[][] {
  const parts = found.filter(isPart);
  const others = found.filter((one) => !isArchive(one));
  const archives = found.filter((one) => isArchive(one) && !isPart(one)).map((one) => [one]);
  return [...archives, parts, others].filter(({ length }) => length > 0);
}

/**
 * Packs a group of files into one ZIP archive, except those that can't be read. A single archive is used as is.
 * @param onPacked Called with the number of packed files.
 */
export async function createArchive(
  found: readonly PickedFile[],
  signal: AbortSignal,
  onPacked: (done: number) => void,
): Promise<{ archive: Blob; unreadable: ImportReport["failed"] }> {
  const [only] = found;
  if (found.length === 1 && only !== undefined && isArchive(only))
    return { archive: only.file, unreadable: [] };
  const unreadable: ImportReport["failed"] = [];
  const parts: BlobPart[] = [];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    parts.push(new Uint8Array(chunk));
  });
  for (const [index, { path, file }] of found.entries()) {
    signal.throwIfAborted();
    onPacked(index);
    const bytes = await file.arrayBuffer().catch(() => null);
    if (bytes === null) {
      unreadable.push({ path, message: "can't be read" });
      continue;
    }
    // Stored without compression: text is small, and the archive is uploaded only once.
    const entry = new ZipPassThrough(path);
    zip.add(entry);
    entry.push(new Uint8Array(bytes), true);
  }
  zip.end();
  return { archive: new Blob(parts, { type: "application/zip" }), unreadable };
}
