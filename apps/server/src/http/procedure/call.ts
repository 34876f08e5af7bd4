import type { IncomingMessage, ServerResponse } from "node:http";

import {
  AppError,
  appRouter,
  authenticate,
  type Context,
  toHex,
  toNetwork,
  type RefreshCookie,
  type Services,
  toTrpcError,
} from "@mdreader/api";
import { callTRPCProcedure, getTRPCErrorShape, TRPCError } from "@trpc/server";
import type { TRPCProcedureType } from "@trpc/server";

import type { ByteAccount } from "../../byte-budget.ts";
import { countWritten, waitToWrite } from "../../event-loop-turns.ts";
import { procedureTypes } from "../../procedures.ts";
import { createQueryLanes } from "../../query-lanes.ts";
import { readBearerToken } from "../request/bearer-token.ts";
import type { RequestInfo } from "../request/request-info.ts";
import { createErrorResponse } from "../response/error-response.ts";
import type { Headers } from "../response/headers.ts";
import { respondEarly } from "../response/respond-early.ts";

/** Shared by all HTTP transports that call procedures. */

export interface Call {
  /** The name of the procedure, such as `document.get`. */
  path: string;
  /** Not validated yet. */
  input: unknown;
}

export interface CallOptions {
  context: Context;
  signal: AbortSignal;
  type: TRPCProcedureType;
  batchIndex?: number;
}

/** Creates the context of a request's calls. */
export async function createContext(
  services: Services,
  request: IncomingMessage,
  { id, ipAddress, userAgent }: RequestInfo,
  refreshCookie: RefreshCookie | null,
): Promise<Context> {
  const credential = await authenticate(services, readBearerToken(request));
  return { ...services, credential, request: { id, ipAddress, userAgent, refreshCookie } };
}

/** Concurrent queries per user over HTTP. Others wait, so that other users get their turn. */
const queries = createQueryLanes(6);

export async function callProcedure(
  { path, input }: Call,
  { context, signal, type, batchIndex = 0 }: CallOptions,
) {
  const getRawInput = async () => input;
  const call = { router: appRouter, path, getRawInput, ctx: context, type, signal, batchIndex };
  const { lanes, leave } = queries.enter(toBudgetOwner(context.request, context));
  const run = async (): Promise<unknown> => {
    // The client has disconnected.
    if (signal.aborted) throw new AppError("UNAVAILABLE");
    return callTRPCProcedure(call);
  };
  const answer = await (type === "query" ? lanes(run) : callTRPCProcedure(call)).finally(leave);
  const turn = waitToWrite();
  if (turn !== null) await turn;
  return answer;
}

/** Converts an error to the shape that clients receive. */
export function toErrorShape(thrown: unknown, ctx: Context | undefined, path?: string, input?: unknown) {
  return getTRPCErrorShape({
    config: appRouter._def._config,
    error: thrown instanceof TRPCError ? thrown : toTrpcError(thrown),
    type: procedureTypes.get(path ?? "") ?? "unknown",
    path,
    input,
    ctx,
  });
}

export type ErrorShape = ReturnType<typeof toErrorShape>;

/** Returns a signal that aborts when the client disconnects before the response. */
export function createDisconnectSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Returns the owner that the bytes of a response count toward. */
export function toBudgetOwner(
  { ipAddress }: Pick<RequestInfo, "ipAddress">,
  context: Context | undefined,
): string {
  const { credential = { kind: "none" } as const } = context ?? {};
  if (credential.kind === "session") return credential.userId;
  if (credential.kind === "apiKey") return toHex(credential.secretHash);
  return toNetwork(ipAddress);
}

/** Smaller responses are not counted; the connection limit bounds them. */
const minCountedBytes = 64 * 1024;

/** How long a response waits for a client that reads nothing. */
const maxStallMs = 30_000;

/**
 * Sends a response, even if the request's body has not been read completely.
 * @param account Counts the bytes that the client has not read yet. If they exceed the limit, the response asks the
 * client to retry later.
 */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: { status: number; headers: Headers; body: string },
  account: ByteAccount,
): void {
  const bytes = Buffer.byteLength(body);
  countWritten(body.length);
  if (bytes > minCountedBytes) {
    if (!account.setBytes(bytes)) {
      account.close();
      const refusal = createErrorResponse("RATE_LIMITED");
      return send(request, response, { ...refusal, headers: { ...headers, "retry-after": "1" } }, account);
    }
    response.once("close", account.close);
    response.socket?.setTimeout(maxStallMs);
  }
  if (status !== 204) headers["content-length"] = String(bytes);
  if (!request.complete) headers["connection"] = "close";
  response.writeHead(status, headers);
  if (request.complete) response.end(body);
  else response.write(body, () => respondEarly(request, response));
}
