import type { IncomingMessage } from "node:http";

import { newId } from "@mdreader/db";

import { addressOf } from "./peer.ts";

/** What is known of a request from the first moment. */
export interface Facts {
  id: string;
  ipAddress: string;
  userAgent: string | null;
  /** What the metrics count it as. Whoever serves the request says so. */
  route: string;
}

const sane = /^[\w.:-]{1,64}$/;
const maxUserAgent = 300;

/** @param proxies How many trusted proxies there are in front (TRUST_PROXY). */
export function factsOf(request: IncomingMessage, proxies: number): Facts {
  const { "x-request-id": given, "user-agent": userAgent } = request.headers;
  return {
    id: typeof given === "string" && sane.test(given) ? given : newId(),
    ipAddress: addressOf(request, proxies),
    userAgent: userAgent?.slice(0, maxUserAgent) ?? null,
    route: "other",
  };
}
