import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { readClientAddress, isLoopback } from "./client-address.ts";

/** What is known of a request from the first moment. */
export interface RequestInfo {
  id: string;
  ipAddress: string;
  /** Whether this machine asks, and not a proxy on it for somebody else, of which the settings say nothing. */
  isLoopback: boolean;
  userAgent: string | null;
  /** What the metrics count it as. Whoever serves the request says so. */
  route: string;
}

/** Requests are numbered, after something that tells this process from all others. */
const processId = randomBytes(8).toString("base64url");
let count = 0;
const nextId = () => `${processId}-${(count += 1).toString(36)}`;

const isValidUserAgent = /^[\w.:-]{1,64}$/;
const maxUserAgent = 300;

/** @param proxies How many trusted proxies there are in front (TRUST_PROXY). */
export function readRequestInfo(request: IncomingMessage, proxies: number): RequestInfo {
  const { "x-request-id": given, "user-agent": userAgent, "x-forwarded-for": forwarded } = request.headers;
  const ipAddress = readClientAddress(request, proxies);
  return {
    id: typeof given === "string" && isValidUserAgent.test(given) ? given : nextId(),
    ipAddress,
    isLoopback: isLoopback(ipAddress) && (proxies > 0 || forwarded === undefined),
    userAgent: userAgent?.slice(0, maxUserAgent) ?? null,
    route: "other",
  };
}
