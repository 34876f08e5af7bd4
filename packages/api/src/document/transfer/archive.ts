import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { callbackify } from "node:util";

import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from "yauzl";

import { AppError } from "../../errors.ts";
import type { Storage } from "../../ports.ts";
import { ignoreUnhandledError } from "../../util/streams.ts";

/** Number of bytes of an archive's directory read at once. */
const blockSize = 256 * 1024;

/** Reads an archive in place, without loading or copying all of it. */
class DraftReader extends RandomAccessReader {
  readonly #storage: Storage;
  readonly #id: string;
  readonly #size: number;
  #block: { start: number; bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };

  constructor(storage: Storage, id: string, size: number) {
    super();
    this.#storage = storage;
    this.#id = id;
    this.#size = size;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    if (start >= end) return Readable.from([]);
    const through = new PassThrough();
    // A directory may contain any offset for an entry.
    if (end > this.#size) return through.destroy(new Error("an entry extends past the end of the archive"));
    this.#storage
      .readDraft(this.#id, { start, end: end - 1 })
      .then((part) => pipeline(part, through))
      .catch((error: unknown) => through.destroy(error instanceof Error ? error : new Error(String(error))));
    return through;
  }

  /** Serves the directory, which is read in many small consecutive pieces, from one larger block. */
  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    callbackify(async () => {
      (await this.#bytes(position, length)).copy(buffer, offset);
    })(callback);
  }

  async #bytes(position: number, length: number): Promise<Buffer> {
    const { start, bytes } = this.#block;
    if (position + length > this.#size) throw new Error("an entry extends past the end of the archive");
    if (position < start || position + length > start + bytes.byteLength) {
      const end = Math.min(this.#size, position + Math.max(length, blockSize)) - 1;
      const chunks: Buffer[] = [];
      const part = await this.#storage.readDraft(this.#id, { start: position, end });
      for await (const chunk of part) chunks.push(chunk as Buffer); // a stream of bytes
      this.#block = { start: position, bytes: Buffer.concat(chunks) };
    }
    const from = position - this.#block.start;
    return this.#block.bytes.subarray(from, from + length);
  }
}

/** Opens an uploaded archive. @throws AppError ARCHIVE_INVALID */
export async function openArchive(storage: Storage, id: string, size: number): Promise<ZipFile> {
  try {
    return await fromRandomAccessReaderPromise(new DraftReader(storage, id, size), size, {
      autoClose: false,
      lazyEntries: true,
      decodeStrings: false,
      validateEntrySizes: true,
    });
  } catch (error) {
    throw new AppError("ARCHIVE_INVALID", { cause: error });
  }
}

/** Opens the content of an entry. @throws Error, possibly while reading, if the entry does not match the directory. */
export async function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return ignoreUnhandledError(await zip.openReadStreamPromise(entry));
}

/** Whether an entry is a Unix symbolic link. */
export function isLink({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0o170_000) === 0o120_000;
}

/** Whether an error comes from the archive: zlib errors, and those of the archive reader, which have no code. */
export function isArchiveError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return "code" in error ? String(error.code).startsWith("Z_") : error.name === "Error";
}
