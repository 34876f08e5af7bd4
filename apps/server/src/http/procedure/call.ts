import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import {
  AppError,
  appRouter,
  authenticate,
  type Context,
  toNetwork,
  type RefreshCookie,
  type Services,
  toTrpcError,
} from "@mdreader/api";
import { contractHeader, idempotencyHeader } from "@mdreader/contract";
import { callTRPCProcedure, getTRPCErrorShape, TRPCError } from "@trpc/server";
import type { TRPCProcedureType } from "@trpc/server";

import type { BudgetOwners } from "../../flow-control/budget-owners.ts";
import type { ByteAccount } from "../../flow-control/byte-budget.ts";
import { toResponseSpace } from "../../flow-control/call-sizes.ts";
import { waitToWrite } from "../../flow-control/event-loop-turns.ts";
import type { MemoryBudgets } from "../../flow-control/memory-budgets.ts";
import { procedureTypes } from "../../procedures.ts";
import { readBearerToken } from "../request/bearer-token.ts";
import type { RequestInfo } from "../request/request-info.ts";
import { compress, createCompressor, type Encoding } from "../response/compression.ts";
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

/**
 * Creates the context of a request's calls.
 * @param calls The number of calls.
 * @throws AppError BAD_INPUT
 */
export async function createContext(
  services: Services,
  request: IncomingMessage,
  { id, ipAddress, userAgent }: RequestInfo,
  refreshCookie: RefreshCookie | null,
  calls = 1,
): Promise<Context> {
  const credential = await authenticate(services, readBearerToken(request));
  const contract = request.headers[contractHeader]?.toString();
  const idempotencyKeys = readIdempotencyKeys(request, calls);
  const info = { id, ipAddress, userAgent, contract, idempotencyKeys, refreshCookie };
  return { ...services, credential, request: info };
}

/**
 * Reads the keys of a request's calls. Node joins repeated headers with commas, so a request with another number of keys is
 * refused.
 */
function readIdempotencyKeys({ headers }: IncomingMessage, calls: number): string[] | undefined {
  const header = headers[idempotencyHeader]?.toString();
  if (header === undefined) return undefined;
  const keys = calls === 1 ? [header] : header.split(",");
  if (keys.length === calls) return keys;
  const message = `a batch of ${calls} calls has ${calls} keys, separated by commas`;
  throw new AppError("BAD_INPUT", { fieldErrors: { [idempotencyHeader]: [message] } });
}

/** The memory that the responses to a request may use. */
export interface ReservedResponse extends Disposable {
  /** Counts the bytes that the client has not read yet. */
  account: ByteAccount;
}

/** The limits that a transport's responses share. */
export interface ResponseLimiter {
  budgets: MemoryBudgets;
  owners: BudgetOwners;
}

/**
 * Waits until the caller has read enough of earlier responses.
 * @param previous The previous response of the connection.
 * @returns The room for the responses. Dispose of it when they have been written.
 * @throws AppError RATE_LIMITED
 */
export async function reserveResponse(
  { budgets, owners }: ResponseLimiter,
  { credential, request }: Context,
  paths: readonly string[],
  previous: Promise<void>,
): Promise<ReservedResponse> {
  const owner = (await owners.find(credential)) ?? toNetwork(request.ipAddress);
  await previous;
  const leave = await budgets.responses.reserve(owner, toResponseSpace(paths));
  return { account: budgets.responses.open(owner), [Symbol.dispose]: leave };
}

export async function callProcedure(
  { path, input }: Call,
  { context, signal, type, batchIndex = 0 }: CallOptions,
) {
  const getRawInput = async () => input;
  const call = { router: appRouter, path, getRawInput, ctx: context, type, signal, batchIndex };
  const result: unknown = await callTRPCProcedure(call);
  const nextTurn = waitToWrite();
  if (nextTurn !== null) await nextTurn;
  return result;
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
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** Smaller responses are not counted; the connection limit bounds them. */
export const minCountedBytes = 64 * 1024;

/** The time for which a response waits for a client that reads nothing. */
export const maxStallMs = 30_000;

/** A response to send. */
interface OutgoingResponse {
  status: number;
  headers: Headers;
  /** The parts of the body. Those of a large body are encoded one by one, as the client reads. */
  body: readonly string[];
  /** The compression of the body. */
  encoding?: Encoding | null;
}

/**
 * Sends a response, even if the request's body has not been read completely.
 * @param account Counts the bytes that the client has not read yet. If they exceed the limit, the response asks the
 * client to retry later. Absent for errors, which are small.
 * @returns When the response has been written, if it is compressed first.
 */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body, encoding = null }: OutgoingResponse,
  account?: ByteAccount,
): Promise<void> | void {
  const bytes = body.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  const isLarge = account !== undefined && bytes > minCountedBytes;
  if (isLarge) {
    if (!account.setBytes(bytes)) {
      account.close();
      const refusal = createErrorResponse("RATE_LIMITED");
      const all = { ...headers, "retry-after": "1" };
      return send(request, response, { status: refusal.status, headers: all, body: [refusal.body] });
    }
    response.once("close", account.close);
    response.socket?.setTimeout(maxStallMs);
  }
  if (encoding !== null && request.complete) {
    headers["content-encoding"] = encoding;
    return sendCompressed(response, { status, headers, body, encoding }, isLarge);
  }
  if (status !== 204) headers["content-length"] = String(bytes);
  if (!request.complete) headers["connection"] = "close";
  response.writeHead(status, headers);
  if (!request.complete) response.write(body.join(""), () => respondEarly(request, response));
  else if (isLarge) Readable.from(body).pipe(response);
  else response.end(body.join(""));
}

async function sendCompressed(
  response: ServerResponse,
  { status, headers, body, encoding }: OutgoingResponse & { encoding: Encoding },
  isLarge: boolean,
): Promise<void> {
  if (isLarge) {
    response.writeHead(status, headers);
    // The client may disconnect.
    pipeline(Readable.from(body), createCompressor(encoding), response).catch(() => response.destroy());
    return;
  }
  const compressed = await compress(encoding, body.join(""));
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, "content-length": String(compressed.byteLength) });
  response.end(compressed);
}
