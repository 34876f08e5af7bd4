import type { IncomingMessage, ServerResponse } from "node:http";

import { appRouter, type Context, type Services } from "@mdreader/api";
import { transformTRPCResponse } from "@trpc/server";

import { procedureTypes } from "../../procedures.ts";
import type { Facts } from "../facts.ts";
import { apiHeaders, type Headers } from "../headers.ts";
import type { Origins } from "../origins.ts";
import { type Call, contextOf, type ErrorShape, errorShape, goneSignal, perform, send } from "./call.ts";
import { type Calls, readCalls } from "./calls.ts";
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
    sendOutcome(request, response, all, outcome);
  };
}

type Answer = { result: { data: unknown } } | { error: ErrorShape };

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
    context = await contextOf(services, request, facts, refreshCookie);
    const signal = goneSignal(response);
    const made = { context, signal, isGet: request.method === "GET" };
    const [only] = calls;
    if (!isBatch && only !== undefined) return await answerOne(only, 0, made);
    return await Promise.all(calls.map((call, index) => answerOne(call, index, made)));
  } catch (thrown) {
    return { error: errorShape(thrown, context) };
  }
}

interface Made {
  context: Context;
  signal: AbortSignal;
  isGet: boolean;
}

async function answerOne(call: Call, batchIndex: number, made: Made): Promise<Answer> {
  const { context, signal, isGet } = made;
  try {
    const type = procedureTypes.get(call.path);
    if (type === undefined) throw notFound();
    // A query that is too long for an URL may come as a POST; nothing that changes anything ever comes as a GET.
    if (type === "subscription" || (type === "mutation" && isGet)) throw wrongMethod();
    return { result: { data: await perform(call, { context, signal, type, batchIndex }) } };
  } catch (thrown) {
    return { error: errorShape(thrown, context, call.path, call.input) };
  }
}

function sendOutcome(
  request: IncomingMessage,
  response: ServerResponse,
  headers: Headers,
  outcome: Outcome,
): void {
  const body = JSON.stringify(Array.isArray(outcome) ? outcome.map(transformed) : transformed(outcome));
  const answers = [outcome].flat();
  const retryAfter = Math.max(
    ...answers.map((one) => ("error" in one ? (one.error.data.retryAfter ?? 0) : 0)),
  );
  if (retryAfter > 0) headers["retry-after"] = String(retryAfter);
  send(request, response, { status: statusOf(answers), headers, body });
}

const transformed = (one: Answer) => transformTRPCResponse(appRouter._def._config, one);

/** The status that all calls share, or 207 where they end differently. */
function statusOf(answers: readonly Answer[]): number {
  const [first, ...others] = answers.map((one) => ("error" in one ? one.error.data.httpStatus : 200));
  return others.every((status) => status === first) ? (first ?? 200) : 207;
}

/** What the metrics count a request as. Names that we don't have are not taken up: anyone could invent more. */
function routeOf(calls: Calls["calls"]): string {
  const [first] = calls;
  if (first === undefined || !procedureTypes.has(first.path)) return "trpc unknown";
  return calls.length === 1 ? `trpc ${first.path}` : "trpc batch";
}
