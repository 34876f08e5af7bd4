/** Bytes that can be read again from the start, so that an interrupted upload can resume. */
export interface StreamedFile {
  name: string;
  /** In bytes. */
  size: number;
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** An uploadable file: a browser's `File`, the result of Node's `openAsBlob`, or a stream. */
export type FileSource = Blob | StreamedFile;

/** The first part is small, so that progress is visible early. Each following part is twice as large, up to the maximum. */
const firstPartBytes = 512 * 1024;
const maxPartBytes = 8 * 1024 * 1024;

/** Reads the parts of a file from an offset. At most one part is in memory at a time. */
export function readParts(file: FileSource, offset: number): AsyncIterable<Blob> {
  return file instanceof Blob ? readSlices(file, offset) : concatChunks(file, offset);
}

async function* readSlices(blob: Blob, offset: number): AsyncGenerator<Blob> {
  let length = firstPartBytes;
  for (let start = offset; start < blob.size;) {
    const part = blob.slice(start, start + length);
    yield part;
    start += part.size;
    length = Math.min(length * 2, maxPartBytes);
  }
}

async function* concatChunks(file: StreamedFile, offset: number): AsyncGenerator<Blob> {
  let chunks: BlobPart[] = [];
  let gatheredBytes = 0;
  let skip = offset;
  let length = firstPartBytes;
  for await (const chunk of readChunks(file)) {
    const rest = chunk.subarray(Math.min(skip, chunk.byteLength));
    skip -= chunk.byteLength - rest.byteLength;
    if (rest.byteLength === 0) continue;
    chunks.push(rest);
    gatheredBytes += rest.byteLength;
    if (gatheredBytes < length) continue;
    yield new Blob(chunks);
    chunks = [];
    gatheredBytes = 0;
    length = Math.min(length * 2, maxPartBytes);
  }
  if (gatheredBytes > 0) yield new Blob(chunks);
}

/** Reads a file chunk by chunk. Not every browser can iterate over a stream. */
export async function* readChunks(file: FileSource): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = file.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** Returns the file as one Blob, for targets that accept no parts. */
export async function toBlob(file: FileSource): Promise<Blob> {
  return file instanceof Blob ? file : new Blob(await Array.fromAsync(readChunks(file)));
}
