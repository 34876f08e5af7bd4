import type { IncomingMessage, ServerResponse } from "node:http";

import { type ActiveSpan, SpanKind, startSpan } from "@mdreader/db";

import type { RequestInfo } from "./request/request-info.ts";

/**
 * Starts the span of a request, which ends with the response. It names the route, not the address, whose parts may be
 * secrets, and neither the client's address nor its program.
 */
export function startRequestSpan(
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
): ActiveSpan {
  const { method = "" } = request;
  const { traceparent, tracestate } = request.headers;
  const span = startSpan(method, {
    kind: SpanKind.SERVER,
    attributes: { "http.request.method": method, "mdreader.request.id": info.id },
    ...(traceparent !== undefined && { parent: { traceparent, tracestate } }),
  });
  info.traceId = span.traceId;
  response.once("close", () => {
    const status = response.writableFinished ? response.statusCode : 499;
    span.describe(
      { "http.route": info.route, "http.response.status_code": status },
      `${method} ${info.route}`,
    );
    const isFault = status >= 500;
    span.end(isFault ? String(status) : undefined);
  });
  return span;
}
