import type { Context } from "hono";

import type { Facts } from "../facts.ts";

/** What Hono's handlers are given beside the request. */
export interface Env {
  Bindings: { incoming: object };
}

const facts = new WeakMap<object, Facts>();

export function noteFacts(incoming: object, known: Facts): void {
  facts.set(incoming, known);
}

/** What is known of the request. */
export function factsFor(context: Context<Env>): Facts {
  const known = facts.get(context.env.incoming);
  if (known === undefined) throw new Error("a request that did not come through the edge");
  return known;
}

/** The names of this machine. A page of another site that points its own name here comes with that name. */
const ownNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether this machine asks, by one of its own names. */
export function isFromHere(context: Context<Env>): boolean {
  return factsFor(context).isOwnMachine && ownNames.has(new URL(context.req.url).hostname);
}

/** Says what the metrics count a request as. */
export function countAs(context: Context<Env>, route: string): void {
  factsFor(context).route = route;
}
