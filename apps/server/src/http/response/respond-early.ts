import type { IncomingMessage, ServerResponse } from "node:http";

/** The size and duration up to which an unwanted body is discarded, so that the client can read the response. */
const lingerBytes = 8 * 1024 * 1024;
const lingerMs = 2000;

/**
 * Ends a response that was sent before the body had arrived. The rest of the body is discarded, up to a limit. Closing
 * immediately would reset the connection and could lose the response.
 */
export function respondEarly(request: IncomingMessage, response: ServerResponse): void {
  let dropped = 0;
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, lingerMs);
  request.on("data", (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > lingerBytes) end();
  });
  request.on("end", end).on("error", end).on("close", end);
  request.resume();
}
