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

/** Says what the metrics count a request as. */
export function countAs(context: Context<Env>, route: string): void {
  factsFor(context).route = route;
}
