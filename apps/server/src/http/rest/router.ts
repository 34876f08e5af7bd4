import { TrieRouter } from "hono/router/trie-router";

import { decodePathSegment } from "../procedure/decode-path-segment.ts";
import { notFound, wrongMethod } from "../procedure/errors.ts";
import { type Endpoint, endpoints, listPathFields } from "./endpoint.ts";
import { type InputReader, createInputReader } from "./input.ts";
import { methods } from "./route.ts";

export interface MatchedEndpoint {
  endpoint: Endpoint;
  readInput: InputReader;
  params: Record<string, string>;
}

type Entry = Pick<MatchedEndpoint, "endpoint" | "readInput">;

const router = new TrieRouter<Entry>();
// The first match wins, so more specific routes come first.
for (const endpoint of endpoints.toSorted(
  (one, other) => listPathFields(one).length - listPathFields(other).length,
)) {
  const pattern = endpoint.path.replaceAll(/\{(\w+)\}/g, ":$1");
  router.add(endpoint.method, pattern, { endpoint, readInput: createInputReader(endpoint) });
}

/**
 * Finds the endpoint for a method and path.
 * @throws TRPCError NOT_FOUND for an unknown path, METHOD_NOT_SUPPORTED for an unsupported method.
 */
export function matchEndpoint(method: string, path: string): MatchedEndpoint {
  const exact = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  const [match] = router.match(toRouteMethod(method), exact)[0];
  if (match === undefined) throw listAllowedMethods(exact).length === 0 ? notFound() : wrongMethod();
  const [{ endpoint, readInput }, found] = match;
  const params = Object.fromEntries(
    Object.entries(found).map(([name, value]) => [name, decodePathSegment(String(value))]),
  );
  return { endpoint, readInput, params };
}

/** Returns the methods that a path supports. */
export const listAllowedMethods = (path: string): string[] =>
  methods.filter((method) => router.match(method, path)[0].length > 0);

/** Maps HEAD to GET, and PUT to PATCH, because clients that PUT part of a resource expect a partial update. */
function toRouteMethod(method: string): string {
  if (method === "HEAD") return "GET";
  return method === "PUT" ? "PATCH" : method;
}
