import type { Readable } from "node:stream";

/**
 * Lets a stream fail before anyone reads it. Without a listener, such a failure would end the process. With this one,
 * the error is kept and thrown to the reader. Every function that opens a stream and hands it on calls this first.
 */
export function ignoreUnhandledError<Stream extends Readable>(stream: Stream): Stream {
  stream.on("error", (error) => stream.destroy(error));
  return stream;
}
