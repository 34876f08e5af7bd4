import type { Context } from "hono";

import type { RequestInfo } from "../request/request-info.ts";

/** The environment of Hono's handlers. */
export interface Env {
  Bindings: { incoming: object };
}

const requestInfoByRequest = new WeakMap<object, RequestInfo>();

export function setRequestInfo(incoming: object, known: RequestInfo): void {
  requestInfoByRequest.set(incoming, known);
}

/** Returns the information about the request. */
export function getRequestInfo(context: Context<Env>): RequestInfo {
  const known = requestInfoByRequest.get(context.env.incoming);
  if (known === undefined) throw new Error("the request didn't come through the dispatcher");
  return known;
}

/**
 * Host names of this machine. A request that another site sends through DNS rebinding carries that site's name instead.
 */
const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether the request comes from this machine and uses one of its own names. */
export function isLoopbackRequest(context: Context<Env>): boolean {
  return getRequestInfo(context).isLoopback && loopbackNames.has(new URL(context.req.url).hostname);
}

/** Sets the label of a request in metrics. */
export function setMetricsRoute(context: Context<Env>, route: string): void {
  getRequestInfo(context).route = route;
}
