import { Zip, ZipPassThrough } from "fflate";

import type { PickedFile } from "./picked-files.ts";

/** Puts files into one archive. An archive that was found alone is taken as it is. */
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
    // Not compressed: it goes over a connection of one's own, once, and the text in it is small.
    const entry = new ZipPassThrough(path);
    zip.add(entry);
    entry.push(new Uint8Array(await file.arrayBuffer()), true);
  }
  zip.end();
  return new Blob(parts, { type: "application/zip" });
}
