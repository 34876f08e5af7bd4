import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

import { isTracing } from "@mdreader/db";
import type { Logger } from "pino";

import type { Metrics } from "../metrics.ts";
import { isSharedFile } from "./files/shared.ts";
import type { Handler } from "./handler.ts";
import { startRequestSpan } from "./request-span.ts";
import type { Origins } from "./request/origins.ts";
import { type RequestInfo, readRequestInfo } from "./request/request-info.ts";
import { type ErrorResponse, createErrorResponse } from "./response/error-response.ts";
import { apiHeaders, createCommonHeaders, type Headers } from "./response/headers.ts";
import { respondUnavailable } from "./response/unavailable.ts";
import { basePath } from "./rest/endpoint.ts";
import { listAllowedMethods } from "./rest/router.ts";

export interface HttpDispatcherOptions {
  trpc: Handler;
  rest: Handler;
  /** Serves `/stream`. */
  stream: Handler;
  /** Serves `/mcp`. */
  mcp: Handler;
  files: Handler;
  sharedFiles: Handler;
  site: Handler;
  origins: Origins;
  /** The public address of the app. */
  appUrl: string;
  /** Number of trusted proxies in front of the server. */
  proxies: number;
  log: Logger;
  /** Receives one line per request. */
  requests: Logger;
  metrics: Metrics;
}

/** The entry point of all requests: counts, identifies, rejects or dispatches them. */
export interface HttpDispatcher {
  listener: RequestListener;
  /** Number of requests in flight, without health checks. */
  inFlight(): number;
  /** Rejects new work. Resolves when all requests in flight have been answered. */
  drain(): Promise<void>;
}

/** Maximum length of a URL: that of a full batch of short queries. Our clients send long inputs in the body. */
const maxUrlLength = 16_384;

export function createHttpDispatcher({
  trpc,
  rest,
  stream,
  mcp,
  files,
  sharedFiles,
  site,
  origins,
  appUrl,
  proxies,
  log,
  requests,
  metrics,
}: HttpDispatcherOptions): HttpDispatcher {
  const headersFor = createCommonHeaders(origins, appUrl);
  let inFlight = 0;
  let drained: PromiseWithResolvers<void> | null = null;

  const listener: RequestListener = (request, response) => {
    const start = performance.now();
    const info = readRequestInfo(request, proxies);
    const url = request.url ?? "";
    const headers = headersFor(request, info);
    const isWork = !url.startsWith("/health");
    const span = isTracing() && isWork ? startRequestSpan(request, response, info) : null;
    if (isWork) inFlight += 1;
    response.once("close", () => {
      if (isWork) inFlight -= 1;
      if (drained !== null && inFlight === 0) drained.resolve();
      logRequest(request, response, info, performance.now() - start);
    });

    if (drained !== null) headers["connection"] = "close";
    if (drained !== null && isWork) respondUnavailable(request, response, { ...headers, ...apiHeaders });
    else if (url.length > maxUrlLength)
      rejectRequest(response, headers, createErrorResponse("PAYLOAD_TOO_LARGE", 414));
    else if (request.method === "OPTIONS")
      response.writeHead(204, { ...headers, allow: listMethods(url).join(", ") }).end();
    else if (span === null) dispatch(findHandler(url), request, response, info, headers);
    else span.run(() => dispatch(findHandler(url), request, response, info, headers));
  };

  function findHandler(url: string): Handler {
    if (url.startsWith("/trpc/")) return trpc;
    if (url === "/stream") return stream;
    if (/^\/mcp\/?(?:\?|$)/.test(url)) return mcp;
    if (url.startsWith("/files/")) return files;
    if (isSharedFile(url)) return sharedFiles;
    return url.startsWith("/api/v1/") && !url.startsWith("/api/v1/info") ? rest : site;
  }

  function dispatch(
    handler: Handler,
    request: IncomingMessage,
    response: ServerResponse,
    info: RequestInfo,
    headers: Headers,
  ) {
    handler(request, response, info, headers).catch((error: unknown) => {
      log.error({ err: error, requestId: info.id, traceId: info.traceId }, "unexpected error");
      if (response.headersSent) response.destroy();
      else rejectRequest(response, headers, createErrorResponse("INTERNAL"));
    });
  }

  function logRequest(
    { method = "", url = "" }: IncomingMessage,
    response: ServerResponse,
    info: RequestInfo,
    ms: number,
  ) {
    // 499 is the usual status for clients that disconnect before the response.
    const status = response.writableFinished ? response.statusCode : 499;
    metrics.request({ method, route: info.route, status }, ms / 1000);
    const path = redactPath(url).slice(0, 200);
    const level = info.route === "health" ? "debug" : "info";
    const { id, traceId } = info;
    requests[level]({ id, traceId, method, path, status, ms: Math.round(ms * 10) / 10 }, "request");
  }

  return {
    listener,
    inFlight: () => inFlight,
    drain() {
      if (drained === null) {
        drained = Promise.withResolvers();
        if (inFlight === 0) drained.resolve();
      }
      return drained.promise;
    },
  };
}

/** Lists the methods that an address supports. */
function listMethods(url: string): string[] {
  const path = url.replace(/\?.*$/s, "");
  const methods = path.startsWith(`${basePath}/`) ? listAllowedMethods(path) : ["GET", "POST"];
  const aliases: Record<string, string> = { GET: "HEAD", PATCH: "PUT" };
  return [...methods.flatMap((method) => [method, aliases[method] ?? []].flat()), "OPTIONS"];
}

function rejectRequest(response: ServerResponse, headers: Headers, { status, body }: ErrorResponse): void {
  response.writeHead(status, { ...headers, ...apiHeaders, "content-type": "application/json" }).end(body);
}

/** The path segments that precede a share's token, or the code of a device that waits for approval. */
const secretSegments = /(\/(?:s|auth\/devices)\/+)[^/]+/gi;

/** Returns the path of a URL with tokens and codes redacted, even if they are percent-encoded several times. */
function redactPath(url: string): string {
  const path = url.replace(/[?#][^]*$/, "").slice(0, maxUrlLength);
  const plain = decodeRepeatedly(path).replaceAll("\\", "/");
  const redacted = plain.replaceAll(secretSegments, "$1[redacted]");
  return redacted === plain ? path : redacted;
}

/** Decodes a path that may be percent-encoded several times. */
function decodeRepeatedly(path: string): string {
  let text = path;
  for (let round = 0; round < 4 && text.includes("%"); round += 1) {
    text = text.replaceAll(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  }
  return text;
}
