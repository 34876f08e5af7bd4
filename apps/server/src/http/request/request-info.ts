import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { readClientAddress, isLoopback } from "./client-address.ts";

/** Facts about a request that are known on arrival. */
export interface RequestInfo {
  id: string;
  ipAddress: string;
  /**
   * Whether the request comes from this machine directly, not through a local proxy that the settings don't mention.
   */
  isLoopback: boolean;
  userAgent: string | null;
  /** The label in metrics. The handler of the request sets it. */
  route: string;
  /** The trace of the request, if traces are recorded. */
  traceId?: string;
}

/** Request IDs are a prefix that is unique to this process and a number. */
const processId = randomBytes(8).toString("base64url");
let count = 0;
const createId = () => `${processId}-${(count += 1).toString(36)}`;

const requestIdPattern = /^[\w.:-]{1,64}$/;
const maxUserAgentLength = 300;

/** @param proxies Number of trusted proxies in front of the server (TRUST_PROXY). */
export function readRequestInfo(request: IncomingMessage, proxies: number): RequestInfo {
  const { "x-request-id": given, "user-agent": userAgent, "x-forwarded-for": forwarded } = request.headers;
  const ipAddress = readClientAddress(request, proxies);
  return {
    id: typeof given === "string" && requestIdPattern.test(given) ? given : createId(),
    ipAddress,
    isLoopback: isLoopback(ipAddress) && (proxies > 0 || forwarded === undefined),
    userAgent: userAgent?.slice(0, maxUserAgentLength) ?? null,
    route: "other",
  };
}
