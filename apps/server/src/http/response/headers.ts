import type { IncomingMessage } from "node:http";

import { contractHeader, contractVersion } from "@mdreader/contract";

import type { Origins } from "../request/origins.ts";
import type { RequestInfo } from "../request/request-info.ts";

export type Headers = Record<string, string | string[]>;

/** Headers of preflight responses. They allow other sites only what our clients need. */
const preflightHeaders: Headers = {
  "access-control-allow-methods": "GET, HEAD, POST, PATCH, PUT, DELETE",
  "access-control-allow-headers": `authorization, content-range, content-type, idempotency-key, if-match, if-none-match, mcp-method, mcp-name, mcp-protocol-version, mcp-session-id, range, trpc-accept, x-request-id, ${contractHeader}`,
  "access-control-max-age": "600",
};

/** Creates the headers common to all responses. */
export function createCommonHeaders(
  origins: Origins,
  appUrl: string,
): (request: IncomingMessage, info: RequestInfo) => Headers {
  const always: Headers = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    vary: "origin",
    [contractHeader]: contractVersion,
    ...(appUrl.startsWith("https:") && { "strict-transport-security": "max-age=31536000" }),
  };
  return ({ headers: { origin }, method }, { id }) => {
    const headers: Headers = { ...always, "x-request-id": id };
    if (origin === undefined || !origins.isListed(origin)) return headers;
    headers["access-control-allow-origin"] = origin;
    headers["access-control-allow-credentials"] = "true";
    headers["access-control-expose-headers"] =
      `content-disposition, content-range, etag, link, location, mcp-session-id, ratelimit, ratelimit-policy, x-request-id, retry-after, ${contractHeader}`;
    return method === "OPTIONS" ? { ...headers, ...preflightHeaders } : headers;
  };
}

/** For responses that are not pages. If a browser displays one anyway, nothing in it runs. */
export const apiHeaders: Headers = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};
