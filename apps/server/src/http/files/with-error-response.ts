import type { IncomingMessage, ServerResponse } from "node:http";

import { type AppError, toAppError } from "@mdreader/api";
import type { Logger } from "pino";

import type { Handler } from "../handler.ts";
import { createErrorResponse } from "../response/error-response.ts";
import { apiHeaders, type Headers } from "../response/headers.ts";
import { createMessagePage, wantsPage } from "../response/message-page.ts";
import { respondEarly } from "../response/respond-early.ts";

/** Wraps a streaming handler: errors become error responses, which are pages for people who follow a link in a browser. */
export function withErrorResponse(log: Logger, answer: Handler): Handler {
  return async (request, response, info, headers) => {
    try {
      await answer(request, response, info, headers);
    } catch (error) {
      // The client has disconnected, or a response that has started cannot be completed.
      if (response.destroyed) return;
      if (response.headersSent) return void response.destroy();
      const failure = toAppError(error);
      if (failure.reason === "INTERNAL") log.error({ err: error, requestId: info.id }, "unexpected error");
      sendError(request, response, headers, failure);
    }
  };
}

function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  headers: Headers,
  failure: AppError,
): void {
  const { status, body: json } = createErrorResponse(failure.reason, undefined, failure.fieldErrors);
  const jsonHeaders: Headers = { ...apiHeaders, "content-type": "application/json" };
  const { headers: contentHeaders, body } = wantsPage(request)
    ? createMessagePage({
        name: "Download failed",
        title: "This file can't be downloaded",
        text: failure.message,
      })
    : { headers: jsonHeaders, body: json };
  const all: Headers = {
    ...headers,
    ...contentHeaders,
    vary: [headers["vary"] ?? [], "accept"].flat().join(", "),
  };
  if (failure.retryAfter !== undefined) all["retry-after"] = String(failure.retryAfter);
  if (request.complete || request.method === "GET" || request.method === "HEAD") {
    response.writeHead(status, all).end(request.method === "HEAD" ? undefined : body);
    return;
  }
  response.writeHead(status, {
    ...all,
    connection: "close",
    "content-length": String(Buffer.byteLength(body)),
  });
  response.write(body, () => respondEarly(request, response));
}
