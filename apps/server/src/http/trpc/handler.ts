import type { IncomingMessage, ServerResponse } from "node:http";

import { appRouter, authenticate, type Context, type Services } from "@mdreader/api";
import {
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  transformTRPCResponse,
} from "@trpc/server";

import { procedureTypes } from "../../procedures.ts";
import type { Facts } from "../facts.ts";
import { apiHeaders, type Headers } from "../headers.ts";
import type { Origins } from "../origins.ts";
import { endEarly } from "./body.ts";
import { type Call, type Calls, readCalls } from "./calls.ts";
import { type RequestCookie, refreshCookies } from "./cookie.ts";
import { notFound, wrongMethod } from "./errors.ts";

/**
 * The procedures over HTTP, as tRPC's `httpLink` and `httpBatchLink` call them. It is written on what tRPC exports for
 * adapters, straight on Node's request and response: the adapters that tRPC brings spend several times as much on
 * objects in between as the call itself takes.
 *
 * It does not serve subscriptions, which need a WebSocket, nor streamed batches, whose answers begin before it is known
 * how they end.
 */
export type TrpcHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  facts: Facts,
  headers: Headers,
) => Promise<void>;

export interface TrpcOptions {
  services: Services;
  origins: Origins;
  /** Where people reach the app. */
  appUrl: string;
}

export function createTrpcHandler({ services, origins, appUrl }: TrpcOptions): TrpcHandler {
  const cookieOf = refreshCookies(appUrl.startsWith("https:"));

  return async (request, response, facts, headers) => {
    // What another site has a browser send carries the visitor's cookie: it is not looked at, nor changed. Queries
    // neither need it nor change it.
    const mayUseCookie = request.method === "POST" && origins.isTrusted(request);
    const cookie = mayUseCookie ? cookieOf(request) : null;
    const outcome = await answer(services, request, response, facts, cookie);
    if (response.destroyed) return;
    const all: Headers = { ...headers, ...apiHeaders, "content-type": "application/json" };
    if (cookie !== null && cookie.header !== null) all["set-cookie"] = cookie.header;
    send(request, response, all, outcome);
  };
}

type Answer = { result: { data: unknown } } | { error: ErrorShape };
type ErrorShape = ReturnType<typeof errorShape>;

/** What is answered: to a batch a list, unless the request was refused as a whole. */
type Outcome = Answer[] | Answer;

async function answer(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  facts: Facts,
  refreshCookie: RequestCookie | null,
): Promise<Outcome> {
  let context: Context | undefined;
  try {
    const { isBatch, calls } = await readCalls(request);
    facts.route = routeOf(calls);
    const { id, ipAddress, userAgent } = facts;
    const credential = await authenticate(services, bearerOf(request));
    context = { ...services, credential, request: { id, ipAddress, userAgent, refreshCookie } };
    const signal = goneSignal(response);
    const made = { context, signal, isGet: request.method === "GET" };
    const [only] = calls;
    if (!isBatch && only !== undefined) return await perform(only, 0, made);
    return await Promise.all(calls.map((call, index) => perform(call, index, made)));
  } catch (thrown) {
    return { error: errorShape(thrown, context) };
  }
}

interface Made {
  context: Context;
  signal: AbortSignal;
  isGet: boolean;
}

async function perform({ path, input }: Call, batchIndex: number, made: Made): Promise<Answer> {
  const { context: ctx, signal, isGet } = made;
  try {
    const type = procedureTypes.get(path);
    if (type === undefined) throw notFound();
    // A query that is too long for an URL may come as a POST; nothing that changes anything ever comes as a GET.
    if (type === "subscription" || (type === "mutation" && isGet)) throw wrongMethod();
    const getRawInput = async () => input;
    const data = await callTRPCProcedure({
      router: appRouter,
      path,
      getRawInput,
      ctx,
      type,
      signal,
      batchIndex,
    });
    return { result: { data } };
  } catch (thrown) {
    return { error: errorShape(thrown, ctx, path, input) };
  }
}

function errorShape(thrown: unknown, ctx: Context | undefined, path?: string, input?: unknown) {
  return getTRPCErrorShape({
    config: appRouter._def._config,
    error: getTRPCErrorFromUnknown(thrown),
    type: procedureTypes.get(path ?? "") ?? "unknown",
    path,
    input,
    ctx,
  });
}

function send(request: IncomingMessage, response: ServerResponse, headers: Headers, outcome: Outcome): void {
  const body = JSON.stringify(Array.isArray(outcome) ? outcome.map(transformed) : transformed(outcome));
  headers["content-length"] = String(Buffer.byteLength(body));
  const answers = [outcome].flat();
  const retryAfter = Math.max(
    ...answers.map((one) => ("error" in one ? (one.error.data.retryAfter ?? 0) : 0)),
  );
  if (retryAfter > 0) headers["retry-after"] = String(retryAfter);
  if (!request.complete) headers["connection"] = "close";
  response.writeHead(statusOf(answers), headers);
  if (request.complete) response.end(body);
  else response.write(body, () => endEarly(request, response));
}

const transformed = (one: Answer) => transformTRPCResponse(appRouter._def._config, one);

/** The status that all calls share, or 207 where they end differently. */
function statusOf(answers: readonly Answer[]): number {
  const [first, ...others] = answers.map((one) => ("error" in one ? one.error.data.httpStatus : 200));
  return others.every((status) => status === first) ? (first ?? 200) : 207;
}

/** Aborts when the caller has gone before the answer. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

function bearerOf({ headers: { authorization } }: IncomingMessage): string | null {
  if (authorization === undefined) return null;
  return /^bearer +(?<token>\S+)$/i.exec(authorization)?.groups?.["token"] ?? "";
}

/** What the metrics count a request as. Names that we don't have are not taken up: anyone could invent more. */
function routeOf(calls: Calls["calls"]): string {
  const [first] = calls;
  if (first === undefined || !procedureTypes.has(first.path)) return "trpc unknown";
  return calls.length === 1 ? `trpc ${first.path}` : "trpc batch";
}
