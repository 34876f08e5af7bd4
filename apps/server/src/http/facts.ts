import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { addressOf, isLoopback } from "./peer.ts";

/** What is known of a request from the first moment. */
export interface Facts {
  id: string;
  ipAddress: string;
  /** Whether this machine asks, and not a proxy on it for somebody else, of which the settings say nothing. */
  isOwnMachine: boolean;
  userAgent: string | null;
  /** What the metrics count it as. Whoever serves the request says so. */
  route: string;
}

/** Requests are numbered, after something that tells this process from all others. */
const origin = randomBytes(8).toString("base64url");
let count = 0;
const nextId = () => `${origin}-${(count += 1).toString(36)}`;

const sane = /^[\w.:-]{1,64}$/;
const maxUserAgent = 300;

/** @param proxies How many trusted proxies there are in front (TRUST_PROXY). */
export function factsOf(request: IncomingMessage, proxies: number): Facts {
  const { "x-request-id": given, "user-agent": userAgent, "x-forwarded-for": forwarded } = request.headers;
  const ipAddress = addressOf(request, proxies);
  return {
    id: typeof given === "string" && sane.test(given) ? given : nextId(),
    ipAddress,
    isOwnMachine: isLoopback(ipAddress) && (proxies > 0 || forwarded === undefined),
    userAgent: userAgent?.slice(0, maxUserAgent) ?? null,
    route: "other",
  };
}
