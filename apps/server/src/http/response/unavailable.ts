import type { IncomingMessage, ServerResponse } from "node:http";

import { createErrorResponse } from "./error-response.ts";
import type { Headers } from "./headers.ts";

/** Responds while the server starts or stops. The caller may try again soon. */
export function respondUnavailable(
  { method, headers: { accept } }: IncomingMessage,
  response: ServerResponse,
  headers: Headers = {},
): void {
  // After any other status, an `EventSource` never connects again.
  if (method === "GET" && accept?.includes("text/event-stream") === true) {
    response.writeHead(200, { ...headers, "content-type": "text/event-stream" }).end("retry: 1000\n\n");
    return;
  }
  const { status, body } = createErrorResponse("UNAVAILABLE");
  response
    .writeHead(status, { ...headers, "content-type": "application/json", "retry-after": "1" })
    .end(body);
}
