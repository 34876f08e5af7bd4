import type { FileHandle } from "node:fs/promises";
import type { Writable } from "node:stream";

import type { ByteRange } from "@mdreader/api";

/** Bytes per read and write. */
const bufferBytes = 256 * 1024;

/**
 * Sends a file, or a range of it, and ends the stream. It uses two buffers, one of which is filled while the other is
 * sent. A read stream would allocate a buffer per read, which adds up until garbage is collected.
 * @param to A response or a socket. Other streams may keep bytes after they have reported them as written.
 */
export async function sendFile(file: FileHandle, to: Writable, range?: ByteRange): Promise<void> {
  const { start, end } = range ?? { start: 0, end: (await file.stat()).size - 1 };
  const createBuffer = () => Buffer.allocUnsafeSlow(Math.min(bufferBytes, end - start + 1));
  let [filling, writing] = [createBuffer(), createBuffer()];
  let written = Promise.resolve();
  for (let at = start; at <= end;) {
    const { bytesRead } = await file.read(filling, 0, Math.min(filling.byteLength, end - at + 1), at);
    await written;
    if (bytesRead === 0) throw new RangeError("the file is shorter than the range");
    at += bytesRead;
    written = writeBytes(to, filling.subarray(0, bytesRead));
    // It is awaited after the next read.
    written.catch(() => {});
    [filling, writing] = [writing, filling];
  }
  await written;
  to.end();
}

/** Resolves when the bytes have been sent. */
function writeBytes(to: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new Error("the stream has closed"));
    to.once("close", onClose);
    to.write(bytes, (error) => {
      to.off("close", onClose);
      if (error) reject(error);
      else resolve();
    });
  });
}
