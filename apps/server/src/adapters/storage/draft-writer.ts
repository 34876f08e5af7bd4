import type { FileHandle } from "node:fs/promises";

/** Bytes per write. Fewer are written when no more arrive. */
const batchBytes = 512 * 1024;
const maxDelayMs = 100;

/** Bytes after which those written so far start to be flushed to disk, so that little is left at the end. */
const flushBytes = 8 * 1024 * 1024;

/** Writes bytes to a file in large batches, while further bytes arrive. */
export interface DraftWriter {
  /** Resolves when there is room for more. @throws Error if a write has failed. */
  add(chunk: Uint8Array): Promise<void>;
  /** Resolves when everything has been written. @throws Error if a write has failed. */
  finish(): Promise<void>;
  /** Resolves when the file is no longer used. */
  waitUntilSettled(): Promise<void>;
}

/**
 * @param offset The position of the first byte.
 * @param requireOwner Called before each write. It throws if the file has another writer.
 */
export function createDraftWriter(file: FileHandle, offset: number, requireOwner: () => void): DraftWriter {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let at = offset;
  let flushedAt = offset;
  /** The write of one batch, and all writes so far. */
  let batch = Promise.resolve();
  let all = Promise.resolve();
  let isWriting = false;
  let flushing = Promise.resolve();

  let timer: NodeJS.Timeout | undefined;

  function start(): void {
    clearTimeout(timer);
    timer = undefined;
    if (isWriting || waitingBytes === 0) return;
    isWriting = true;
    all = writeWaiting();
    // After an error, nothing more is written, and the next call fails.
    all.catch(() => {});
  }

  async function writeWaiting(): Promise<void> {
    do {
      requireOwner();
      batch = writeAll(file, waiting, waitingBytes, at);
      at += waitingBytes;
      [waiting, waitingBytes] = [[], 0];
      await batch;
      if (at - flushedAt >= flushBytes) flush();
    } while (waitingBytes >= batchBytes);
    isWriting = false;
  }

  function flush(): void {
    flushedAt = at;
    // An error occurs again when the whole file is flushed.
    flushing = flushing.then(() => file.datasync()).catch(() => {});
  }

  return {
    async add(chunk) {
      requireOwner();
      waiting.push(chunk);
      waitingBytes += chunk.byteLength;
      if (waitingBytes < batchBytes) timer ??= setTimeout(start, maxDelayMs);
      else if (!isWriting) start();
      else {
        await batch;
        // The next batch has started, unless its writer may no longer write.
        if (waitingBytes >= batchBytes) await all;
      }
    },
    async finish() {
      await all;
      start();
      await all;
    },
    async waitUntilSettled() {
      clearTimeout(timer);
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
