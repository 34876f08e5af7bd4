import type { IncomingMessage, ServerResponse } from "node:http";

import { type AppError, toAppError } from "@mdreader/api";
import type { Logger } from "pino";

import { escapeHtml } from "../../adapters/mail/templates.ts";
import type { Handler } from "../handler.ts";
import { createErrorResponse } from "../response/error-response.ts";
import { apiHeaders, type Headers } from "../response/headers.ts";
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
  const isPage = wantsPage(request);
  const body = isPage ? writeErrorPage(failure) : json;
  const all: Headers = {
    ...headers,
    ...apiHeaders,
    ...(isPage && { "content-security-policy": pagePolicy }),
    "content-type": isPage ? "text/html; charset=utf-8" : "application/json",
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

/** Whether a browser follows a link: its requests for images and from scripts don't ask for HTML. */
const wantsPage = ({ method, headers: { accept } }: IncomingMessage): boolean =>
  (method === "GET" || method === "HEAD") && accept?.includes("text/html") === true;

/** The page runs nothing, and only its own styles apply. */
const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

const pageStyles = `
  :root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }
  body { max-width: 32rem; margin: 20vh auto; padding: 0 1.25rem; background: light-dark(#fdfcfb, #191a1f); color: light-dark(#22242a, #e7e8eb); }
  h1 { font-size: 1.4rem; letter-spacing: -0.02em; margin: 0; }
  p { color: light-dark(#5e6067, #a0a2a9); margin: 0.5rem 0 0; }
`;

/** Writes a failure for people: the message that programs get, and nothing else. */
const writeErrorPage = ({ message }: AppError): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Download failed · MDReader</title>
<style>${pageStyles}</style>
</head>
<body>
<main>
<h1>This file can’t be downloaded</h1>
<p>${escapeHtml(message)}</p>
</main>
</body>
</html>
`;
