import type { IncomingMessage, ServerResponse } from "node:http";

/** How much of a body that nobody wants is let pass, and for how long, so that its sender gets to read the answer. */
const lingerBytes = 8 * 1024 * 1024;
const lingerMs = 2000;

/**
 * Ends an answer that was given before the body had arrived. What still comes is dropped as it comes; whoever goes on and
 * on is cut off. Closing at once would reset the connection, and the answer might be lost.
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
