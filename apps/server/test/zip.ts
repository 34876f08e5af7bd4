import { buffer } from "node:stream/consumers";

import { fromBufferPromise } from "yauzl";
import { ZipFile } from "yazl";

/** The entries of an archive, in order: text or bytes; null for an empty folder. */
export type Packed = Record<string, string | Uint8Array | null>;

/** @param mode The Unix mode of all files. */
export async function createZip(packed: Packed, mode = 0o100_644): Promise<Buffer<ArrayBuffer>> {
  const zip = new ZipFile();
  for (const [path, content] of Object.entries(packed)) {
    if (content === null) zip.addEmptyDirectory(path);
    else zip.addBuffer(Buffer.from(content), path, { mode });
  }
  zip.end();
  return Buffer.from(await buffer(zip.outputStream));
}

/** Replaces a name with one that no normal program writes. Both must have the same length. */
export function renameEntries(zip: Buffer<ArrayBuffer>, from: string, to: string): Buffer<ArrayBuffer> {
  return Buffer.from(zip.toString("latin1").replaceAll(from, to), "latin1");
}

/** The offsets of the first entry's local header and of its central directory record. */
export function findEntryOffsets(zip: Buffer): { local: number; central: number } {
  const find = (signature: string) => zip.indexOf(Buffer.from(signature, "latin1"));
  return { local: find("PK\u0003\u0004"), central: find("PK\u0001\u0002") };
}

/** Reads an archive. The entries are keyed by path; an empty folder is null. */
export async function unzip(bytes: Uint8Array): Promise<Map<string, Buffer | null>> {
  const zip = await fromBufferPromise(Buffer.from(bytes));
  const found = new Map<string, Buffer | null>();
  for await (const entry of zip.eachEntry()) {
    const isFolder = entry.fileName.endsWith("/");
    found.set(entry.fileName, isFolder ? null : await buffer(await zip.openReadStreamPromise(entry)));
  }
  return found;
}
