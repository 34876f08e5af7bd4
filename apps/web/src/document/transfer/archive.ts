import { Zip, ZipPassThrough } from "fflate";

import type { PickedFile } from "./picked-files.ts";

/** Packs files into one ZIP archive. A single archive is used as is. */
export async function createArchive(found: readonly PickedFile[], signal: AbortSignal): Promise<Blob> {
  const [only] = found;
  if (found.length === 1 && only !== undefined && /\.zip$/i.test(only.path)) return only.file;
  const parts: BlobPart[] = [];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    parts.push(new Uint8Array(chunk));
  });
  for (const { path, file } of found) {
    signal.throwIfAborted();
    // Stored without compression: text is small, and the archive is uploaded only once.
    const entry = new ZipPassThrough(path);
    zip.add(entry);
    entry.push(new Uint8Array(await file.arrayBuffer()), true);
  }
  zip.end();
  return new Blob(parts, { type: "application/zip" });
}
