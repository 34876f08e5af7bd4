import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGzip } from "node:zlib";

import { type Pack, pack } from "tar-stream";

/** Bytes per write. */
const writeBytes = 256 * 1024;

/** Writes the entries of an archive to a file, with little memory. */
export class ArchiveWriter {
  readonly #pack: Pack = pack();
  readonly #output: Promise<void>;

  /** @param signal Aborts the writing. */
  constructor(file: FileHandle, signal: AbortSignal) {
    // Most bytes are those of files, which can hardly be compressed.
    const gzip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: writeBytes });
    const write = async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) await file.writeFile(chunk);
    };
    this.#output = pipeline(Readable.from(this.#pack), gzip, write, { signal });
    this.#output.catch(() => {});
  }

  /** Adds an entry of `size` bytes. @throws the error of `content`, or of the file. */
  async add(name: string, size: number, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void> {
    let failure: unknown = null;
    async function* read(): AsyncGenerator<Uint8Array> {
      try {
        if (content instanceof Uint8Array) yield content;
        else yield* content;
      } catch (error) {
        failure = error;
        throw error;
      }
    }
    try {
      await pipeline(read, this.#pack.entry({ name, size, mode: 0o600 }));
    } catch (error) {
      if (failure !== null) throw failure;
      // The entry ended early because the file can't be written.
      this.#pack.destroy();
      await this.#output;
      throw error;
    }
  }

  /** Completes the archive. All bytes have been handed to the file. */
  async finish(): Promise<void> {
    this.#pack.finalize();
    await this.#output;
  }

  /** Stops without completing the archive. */
  async abandon(): Promise<void> {
    this.#pack.destroy();
    await this.#output.catch(() => {});
  }
}
