import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { Client } from "@mdreader/client";

import { ConnectionError } from "../failure.ts";

/** Options of a download. */
interface DownloadOptions {
  /** SHA-256 of the bytes in hexadecimal, if known. */
  hash?: string;
  /** Whether to end the target after the last byte; default: true. */
  end?: boolean;
}

/** Statuses of a server or proxy that is busy or restarting. */
const temporaryStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Downloads a file of the workspace.
 * @param createTarget Creates the stream to write to, once the server responds.
 * @throws ConnectionError
 * @throws Error if the server refuses to send the file, or sends other bytes.
 */
export async function downloadFile(
  client: Client,
  { id, hash }: { id: string; hash: string },
  createTarget: () => NodeJS.WritableStream,
  options: Pick<DownloadOptions, "end"> = {},
): Promise<void> {
  const { url } = await client.file.downloadUrl.query({ id });
  await download(client, `${url}&download=1`, createTarget, { ...options, hash });
}

/** Downloads from a signed address, like `downloadFile`. */
export async function download(
  client: Pick<Client, "fileUrl">,
  url: string,
  createTarget: () => NodeJS.WritableStream,
  { hash, end = true }: DownloadOptions = {},
): Promise<void> {
  try {
    const { ok, status, body } = await fetch(client.fileUrl(url));
    if (temporaryStatuses.has(status)) throw new ConnectionError(`The download failed (HTTP ${status}).`);
    if (!ok || body === null) throw new Error(`The download failed (HTTP ${status}).`);
    // When a response is garbage-collected, `fetch` ends its body early, without an error, unless the body has a reader.
    const bytes = Readable.fromWeb(body);
    await pipeline(bytes, (chunks: AsyncIterable<Uint8Array>) => verify(chunks, hash), createTarget(), {
      end,
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ConnectionError("The download was interrupted.", { cause: error }); // of `fetch`
  }
}

/** Passes bytes on. @throws Error at their end, unless they have the expected hash. */
async function* verify(
  bytes: AsyncIterable<Uint8Array>,
  expectedHash: string | undefined,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
  if (expectedHash !== undefined && hash.digest("hex") !== expectedHash)
    throw new Error("The downloaded file is incomplete or damaged.");
}
