import type { IncomingMessage, ServerResponse } from "node:http";

import { createErrorResponse } from "./error-response.ts";
import type { Headers } from "./headers.ts";
import { createMessagePage, wantsPage } from "./message-page.ts";

/** What people see who open the app meanwhile. */
const page = createMessagePage({
  name: "Starting",
  title: "MDReader is starting",
  text: "This page reloads automatically.",
  reloadAfterSeconds: 2,
});

/** Responds while the server starts or stops. The caller may try again soon. */
export function respondUnavailable(
  request: IncomingMessage,
  response: ServerResponse,
  headers: Headers = {},
): void {
  const {
    method,
    headers: { accept },
  } = request;
  // After any other status, an `EventSource` never connects again.
  if (method === "GET" && accept?.includes("text/event-stream") === true) {
    response.writeHead(200, { ...headers, "content-type": "text/event-stream" }).end("retry: 1000\n\n");
    return;
  }
  const { status, body: json } = createErrorResponse("UNAVAILABLE");
  const { headers: contentHeaders, body } = wantsPage(request)
    ? page
    : { headers: { "content-type": "application/json" }, body: json };
  response
    .writeHead(status, { ...headers, ...contentHeaders, "retry-after": "1" })
    .end(method === "HEAD" ? undefined : body);
}
