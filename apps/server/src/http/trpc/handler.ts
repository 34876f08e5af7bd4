import type { IncomingMessage, ServerResponse } from "node:http";

import { AppError, appRouter, type Context, type Services } from "@mdreader/api";
import { transformTRPCResponse } from "@trpc/server";
import pLimit from "p-limit";

import type { BudgetOwners } from "../../flow-control/budget-owners.ts";
import type { ByteAccount } from "../../flow-control/byte-budget.ts";
import { countWritten } from "../../flow-control/event-loop-turns.ts";
import type { MemoryBudgets } from "../../flow-control/memory-budgets.ts";
import { compressibleQueries, procedureTypes } from "../../procedures.ts";
import {
  type Call,
  createContext,
  type ErrorShape,
  toErrorShape,
  createDisconnectSignal,
  callProcedure,
  reserveResponse,
  send,
} from "../procedure/call.ts";
import { notFound, wrongMethod } from "../procedure/errors.ts";
import { waitForPreviousResponse } from "../procedure/pipelining.ts";
import { createRefreshCookies, type RequestCookie } from "../procedure/refresh-cookie.ts";
import type { Origins } from "../request/origins.ts";
import type { RequestInfo } from "../request/request-info.ts";
import { chooseEncoding, varyByEncoding } from "../response/compression.ts";
import { apiHeaders, type Headers } from "../response/headers.ts";
import type { Streams } from "../stream/streams.ts";
import { parseCalls, parseTarget } from "./parse-batch.ts";
import { acceptsJsonLines, streamBatch } from "./stream-batch.ts";

/**
 * Serves the procedures over HTTP for tRPC's `httpLink`, `httpBatchLink`, `httpBatchStreamLink` and
 * `httpSubscriptionLink`. It uses tRPC's exports for adapters directly on Node's request and response, because the
 * overhead of tRPC's own adapters is several times the cost of a call.
 */
export type TrpcHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
  headers: Headers,
) => Promise<void>;

export interface TrpcOptions {
  services: Services;
  origins: Origins;
  /** The public address of the app. */
  appUrl: string;
  budgets: MemoryBudgets;
  owners: BudgetOwners;
  /** Serves subscriptions. */
  streams: Pick<Streams, "serveSubscription">;
}

export function createTrpcHandler({
  services,
  origins,
  appUrl,
  budgets,
  owners,
  streams,
}: TrpcOptions): TrpcHandler {
  const getCookie = createRefreshCookies(appUrl.startsWith("https:"));
  const limiter = { budgets, owners };

  return async (request, response, info, headers) => {
    // Requests that other sites trigger carry the visitor's cookie, so it is neither read nor changed. Queries don't
    // need it.
    const mayUseCookie = request.method === "POST" && origins.isTrusted(request);
    const cookie = mayUseCookie ? getCookie(request) : null;
    const previous = waitForPreviousResponse(request, response);
    let context: Context | undefined;
    let outcome: Outcome;
    let account: ByteAccount | undefined;
    // Released when the response has been written.
    using reserved = new DisposableStack();
    try {
      const target = parseTarget(request.url ?? "");
      info.route = toMetricsRoute(target.paths);
      const [path = ""] = target.paths;
      if (!target.isBatch && request.method === "GET" && procedureTypes.get(path) === "subscription") {
        const call = { path, query: target.query };
        return await streams.serveSubscription({ request, response, info, headers, previous }, call);
      }
      context = await createContext(services, request, info, cookie, target.paths.length);
      const calls = await parseCalls(request, target, { context, budgets, response });
      ({ account } = reserved.use(await reserveResponse(limiter, context, target.paths, previous)));
      if (response.destroyed) return;
      const signal = createDisconnectSignal(response);
      const callContext = { context, signal, isGet: request.method === "GET" };
      const answers = startCalls(calls, callContext);
      if (target.isBatch && acceptsJsonLines(request)) {
        // Mutations may set the cookie, whose header is sent first.
        if (!callContext.isGet) await Promise.all(answers);
        const all: Headers = { ...headers, ...apiHeaders, "content-type": "application/json" };
        addCookie(all, cookie);
        return await streamBatch(
          response,
          all,
          answers.map(async (answer) => (await answer).json),
          { account, refusal: createFailedResponse(toErrorShape(tooMuch(), context)).json },
        );
      }
      const [first, ...others] = await Promise.all(answers);
      outcome = first === undefined || target.isBatch ? [first ?? [], others].flat() : first;
    } catch (thrown) {
      outcome = createFailedResponse(toErrorShape(thrown, context));
    }
    if (response.destroyed) return;
    const all: Headers = { ...headers, ...apiHeaders, "content-type": "application/json" };
    addCookie(all, cookie);
    await sendOutcome(request, response, all, outcome, account);
  };
}

function addCookie(headers: Headers, cookie: RequestCookie | null): void {
  if (cookie !== null && cookie.header !== null) headers["set-cookie"] = cookie.header;
}

/**
 * The response to a call, serialized as soon as it is available, because each response of a batch can be megabytes
 * large.
 */
interface CallResponse {
  json: string;
  status: number;
  /** Seconds; 0 if a retry cannot succeed. */
  retryAfter: number;
  isCompressible: boolean;
}

/** The response: a list for a batch, unless the whole request was rejected. */
type Outcome = CallResponse[] | CallResponse;

/** Starts the calls of a request, a few at a time. The responses are in the order of the calls, and none rejects. */
function startCalls(calls: readonly Call[], callContext: CallContext): Promise<CallResponse>[] {
  const [only, ...others] = calls;
  if (only !== undefined && others.length === 0) return [handleCall(only, 0, callContext)];
  const inLanes = pLimit(maxConcurrentCalls);
  let bytes = 0;
  return calls.map((call, index) =>
    inLanes(async () => {
      // The other responses of the batch are held until all are sent.
      if (bytes > maxBatchBytes)
        return createFailedResponse(toErrorShape(tooMuch(), callContext.context, call.path, call.input));
      const answer = await handleCall(call, index, callContext);
      bytes += answer.json.length;
      return answer;
    }),
  );
}

/** Size of the responses of a batch after which its remaining calls don't run, and can be sent again. */
const maxBatchBytes = 16 * 1024 * 1024;

const tooMuch = () => new AppError("RATE_LIMITED", { retryAfter: 1 });

/** Concurrent calls of a batch. */
const maxConcurrentCalls = 6;

interface CallContext {
  context: Context;
  signal: AbortSignal;
  isGet: boolean;
}

async function handleCall(call: Call, batchIndex: number, callContext: CallContext): Promise<CallResponse> {
  const { context, signal, isGet } = callContext;
  try {
    const type = procedureTypes.get(call.path);
    if (type === undefined) throw notFound();
    // Queries that are too long for a URL may use POST. Mutations must not use GET.
    if (type === "subscription" || (type === "mutation" && isGet)) throw wrongMethod();
    return createSuccessResponse(call.path, await callProcedure(call, { context, signal, type, batchIndex }));
  } catch (thrown) {
    return createFailedResponse(toErrorShape(thrown, context, call.path, call.input));
  }
}

function sendOutcome(
  request: IncomingMessage,
  response: ServerResponse,
  headers: Headers,
  outcome: Outcome,
  account: ByteAccount | undefined,
): Promise<void> | void {
  const answers = [outcome].flat();
  const body = Array.isArray(outcome)
    ? [...outcome.map(({ json }, index) => (index === 0 ? "[" : ",") + json), "]"]
    : [outcome.json];
  const retryAfter = Math.max(...answers.map((one) => one.retryAfter));
  if (retryAfter > 0) headers["retry-after"] = String(retryAfter);
  if (toStatus(answers) === 405) headers["allow"] = "GET, POST";
  const isCompressible = answers.every((one) => one.isCompressible);
  if (isCompressible) headers["vary"] = varyByEncoding(String(headers["vary"]));
  const length = body.reduce((sum, part) => sum + part.length, 0);
  const encoding = isCompressible ? chooseEncoding(request, length) : null;
  return send(request, response, { status: toStatus(answers), headers, body, encoding }, account);
}

const writeJson = (message: { result: { data: unknown } } | { error: ErrorShape }): string => {
  const json = JSON.stringify(transformTRPCResponse(appRouter._def._config, message));
  countWritten(json.length);
  return json;
};

const createSuccessResponse = (path: string, data: unknown): CallResponse => ({
  json: writeJson({ result: { data } }),
  status: 200,
  retryAfter: 0,
  isCompressible: compressibleQueries.has(path),
});

const createFailedResponse = (error: ErrorShape): CallResponse => ({
  json: writeJson({ error }),
  status: error.data.httpStatus,
  retryAfter: error.data.retryAfter ?? 0,
  isCompressible: false,
});

/** Returns the status that all calls share, or 207 if they differ. */
function toStatus(answers: readonly CallResponse[]): number {
  const [first, ...others] = answers.map(({ status }) => status);
  return others.every((status) => status === first) ? (first ?? 200) : 207;
}

/**
 * Returns the label of a request in metrics. Unknown names share one label, because clients could invent any number of
 * them.
 */
function toMetricsRoute(paths: readonly string[]): string {
  const [first] = paths;
  if (first === undefined || !procedureTypes.has(first)) return "trpc unknown";
  return paths.length === 1 ? `trpc ${first}` : "trpc batch";
}
