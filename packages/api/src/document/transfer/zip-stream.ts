import type { Readable } from "node:stream";
import { callbackify } from "node:util";

import { ZipFile } from "yazl";

import { ignoreUnhandledError } from "../../util/streams.ts";

/** An entry of an archive, opened when it is written. */
export interface ArchiveEntry {
  path: string;
  changedAt: string;
  /** Whether the content, such as an image, is compressed already. */
  isCompressed: boolean;
  open(): Promise<Readable>;
}

/**
 * Streams a zip archive, one entry at a time. The next entry is requested once the previous one is written, so neither
 * the entries nor their contents are in memory. Destroying the stream ends the iteration.
 */
export function streamZip(
  entries: Iterable<ArchiveEntry> | AsyncIterable<ArchiveEntry>,
  emptyFolders: readonly string[] = [],
): Readable {
  const zip = new ZipFile();
  const archive = ignoreUnhandledError(zip.outputStream as Readable); // as the library documents
  const closed = new Promise<void>((resolve) => archive.once("close", resolve));
  const fail = (error: unknown) =>
    void archive.destroy(error instanceof Error ? error : new Error(String(error)));
  let current: Readable | null = null;
  zip.on("error", fail);
  archive.once("close", () => current?.destroy());
  for (const path of emptyFolders) zip.addEmptyDirectory(path);
  writeEntries().catch(fail);
  return archive;

  async function writeEntries(): Promise<void> {
    for await (const { path, changedAt, isCompressed, open } of entries) {
      if (archive.destroyed) return;
      const written = Promise.withResolvers<void>();
      const openContent = callbackify(async () => {
        current = await open();
        return current.once("close", written.resolve);
      });
      zip.addReadStreamLazy(path, { mtime: new Date(changedAt), compress: !isCompressed }, openContent);
      await Promise.race([written.promise, closed]);
    }
    zip.end();
  }
}
