import type { IncomingMessage } from "node:http";

import { type BodyOptions, parseJsonBody, readJsonBody } from "../procedure/body.ts";
import type { Call } from "../procedure/call.ts";
import { decodePathSegment } from "../procedure/decode-path-segment.ts";
import { badRequest, wrongMethod } from "../procedure/errors.ts";

/** The procedures that a request calls: one, or a batch. */
export interface Target {
  isBatch: boolean;
  paths: readonly string[];
  query: URLSearchParams;
}

/** Maximum number of calls in a batch. */
export const maxBatchSize = 100;

const prefix = "/trpc/";
const noQuery = new URLSearchParams();

/**
 * Parses the inputs of the procedures: `/trpc/a.b?input=…` or `/trpc/a.b,c.d?batch=1&input={"0":…,"1":…}`. In a POST,
 * the input is in the body.
 *
 * @throws TRPCError for malformed requests, before any procedure is called.
 */
export async function parseCalls(
  request: IncomingMessage,
  { isBatch, paths, query }: Target,
  use: Omit<BodyOptions, "paths">,
): Promise<readonly Call[]> {
  const text = await parseInput(request, query, { ...use, paths });
  const input = text === "" ? undefined : parseJsonBody(text);
  if (!isBatch) return paths.map((path) => ({ path, input }));
  if (input !== undefined && !isRecord(input)) throw badRequest("the input of a batch must be an object");
  return paths.map((path, index) => ({ path, input: input?.[String(index)] }));
}

/** @throws TRPCError if the batch is too large or the URL is malformed. */
export function parseTarget(url: string): Target {
  const mark = url.indexOf("?");
  const query = mark === -1 ? noQuery : new URLSearchParams(url.slice(mark + 1));
  const path = decodePathSegment(url.slice(prefix.length, mark === -1 ? undefined : mark));
  const isBatch = query.get("batch") === "1";
  const paths = isBatch ? path.split(",", maxBatchSize + 1) : [path];
  if (paths.length > maxBatchSize) throw badRequest(`a batch may contain at most ${maxBatchSize} calls`);
  return { isBatch, paths, query };
}

async function parseInput(
  request: IncomingMessage,
  query: URLSearchParams,
  use: BodyOptions,
): Promise<string> {
  if (request.method === "GET") return query.get("input") ?? "";
  if (request.method === "POST") return readJsonBody(request, use);
  throw wrongMethod();
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
