import type { FileHandle } from "node:fs/promises";

/** Bytes that may wait for a write. */
const maxWaitingBytes = 512 * 1024;

/** Bytes after which those written so far start to be flushed to disk, so that little is left at the end. */
const flushSize = 8 * 1024 * 1024;

/** Writes bytes to a file. Those that arrive during a write are written together afterward. */
export interface DraftWriter {
  /** Resolves when there is room for more. @throws Error if a write has failed. */
  add(chunk: Uint8Array): Promise<void>;
  /** Resolves when everything has been written. @throws Error if a write has failed. */
  finish(): Promise<void>;
  /** Resolves when the file is no longer used. */
  settled(): Promise<void>;
}

/**
 * @param offset The position of the first byte.
 * @param mayWrite Called before each write. It throws if the file has another writer.
 */
export function createDraftWriter(file: FileHandle, offset: number, mayWrite: () => void): DraftWriter {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let at = offset;
  let flushedAt = offset;
  /** The write of one batch, and all writes so far. */
  let batch = Promise.resolve();
  let all = Promise.resolve();
  let isWriting = false;
  let flushing = Promise.resolve();

  async function writeWaiting(): Promise<void> {
    while (waitingBytes > 0) {
      mayWrite();
      batch = writeAll(file, waiting, waitingBytes, at);
      at += waitingBytes;
      [waiting, waitingBytes] = [[], 0];
      await batch;
      if (at - flushedAt >= flushSize) flush();
    }
    isWriting = false;
  }

  function flush(): void {
    flushedAt = at;
    // An error occurs again when the whole file is flushed.
    flushing = flushing.then(() => file.datasync()).catch(() => {});
  }

  return {
    async add(chunk) {
      mayWrite();
      waiting.push(chunk);
      waitingBytes += chunk.byteLength;
      if (!isWriting) {
        isWriting = true;
        all = writeWaiting();
        // After an error, nothing more is written, and the next call fails.
        all.catch(() => {});
      } else if (waitingBytes >= maxWaitingBytes) {
        await batch;
        // The next batch has started, unless its writer may no longer write.
        if (waitingBytes > 0) await all;
      }
    },
    finish: () => all,
    async settled() {
      await all.catch(() => {});
      await flushing;
    },
  };
}

async function writeAll(
  file: FileHandle,
  batch: readonly Uint8Array[],
  length: number,
  position: number,
): Promise<void> {
  let { bytesWritten } = await file.writev(batch, position);
  if (bytesWritten === length) return;
  const bytes = Buffer.concat(batch);
  while (bytesWritten < length) {
    const rest = await file.write(bytes, bytesWritten, length - bytesWritten, position + bytesWritten);
    bytesWritten += rest.bytesWritten;
  }
}
