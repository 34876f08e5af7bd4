import type { Context } from "hono";

import type { RequestInfo } from "../request/request-info.ts";

/** What Hono's handlers are given beside the request. */
export interface Env {
  Bindings: { incoming: object };
}

const requestInfoByRequest = new WeakMap<object, RequestInfo>();

export function setRequestInfo(incoming: object, known: RequestInfo): void {
  requestInfoByRequest.set(incoming, known);
}

/** What is known of the request. */
export function getRequestInfo(context: Context<Env>): RequestInfo {
  const known = requestInfoByRequest.get(context.env.incoming);
  if (known === undefined) throw new Error("a request that did not come through the edge");
  return known;
}

/** The names of this machine. A page of another site that points its own name here comes with that name. */
const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether this machine asks, by one of its own names. */
export function isLoopbackRequest(context: Context<Env>): boolean {
  return getRequestInfo(context).isLoopback && loopbackNames.has(new URL(context.req.url).hostname);
}

/** Says what the metrics count a request as. */
export function setMetricsRoute(context: Context<Env>, route: string): void {
  getRequestInfo(context).route = route;
}
