import { isRecord } from "../trpc/parse-batch.ts";
import { type Endpoint, endpoints } from "./endpoint.ts";

/** The addresses of resources, by the router that creates them. */
const templates: ReadonlyMap<string, string> = new Map(
  endpoints
    .filter(({ isFirst, method, procedure }) => isFirst && method === "GET" && procedure.endsWith(".get"))
    .map(({ procedure, path }) => [toRouter(procedure), path]),
);

function toRouter(procedure: string): string {
  return procedure.slice(0, procedure.lastIndexOf("."));
}

/** Returns the address of a created resource, or null if it has none. */
export function findLocation(
  { procedure, status }: Endpoint,
  input: Record<string, unknown>,
  result: unknown,
): string | null {
  const template = status === 201 && isRecord(result) ? templates.get(toRouter(procedure)) : undefined;
  if (template === undefined) return null;
  const values: Record<string, unknown> = { ...input, ...(isRecord(result) && result) };
  let isComplete = true;
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (typeof value !== "string" && typeof value !== "number") isComplete = false;
    return encodeURIComponent(String(value));
  });
  return isComplete ? path : null;
}

/** Returns the header that links to the next page of a list, or null on the last page and for other results. */
export function createNextLink(path: string, query: URLSearchParams, result: unknown): string | null {
  const next = isRecord(result) ? result["nextCursor"] : null;
  if (typeof next !== "string") return null;
  const others = new URLSearchParams(query);
  others.set("cursor", next);
  return `<${path}?${others.toString()}>; rel="next"`;
}
