import type { Readable } from "node:stream";

/**
 * Lets a stream fail before anyone reads it. Without a listener, such a failure would end the process; with this one it
 * is kept, and thrown to the reader. Everything that opens a stream and hands it on passes it through here first.
 */
export function ignoreUnhandledError<Stream extends Readable>(stream: Stream): Stream {
  stream.on("error", (error) => stream.destroy(error));
  return stream;
}
