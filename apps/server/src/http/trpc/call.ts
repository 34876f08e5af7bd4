import type { IncomingMessage, ServerResponse } from "node:http";

import { appRouter, authenticate, type Context, type RefreshCookie, type Services } from "@mdreader/api";
import { callTRPCProcedure, getTRPCErrorFromUnknown, getTRPCErrorShape } from "@trpc/server";
import type { TRPCProcedureType } from "@trpc/server";

import { procedureTypes } from "../../procedures.ts";
import { bearerOf } from "../bearer.ts";
import { endEarly } from "../end-early.ts";
import type { Facts } from "../facts.ts";
import type { Headers } from "../headers.ts";

/** What the calls of procedures have in common, however their requests are written. */

export interface Call {
  /** The name of the procedure, as `document.get`. */
  path: string;
  /** Nothing of it has been looked at. */
  input: unknown;
}

export interface Made {
  context: Context;
  signal: AbortSignal;
  type: TRPCProcedureType;
  batchIndex?: number;
}

/** Makes the context of a request's calls. */
export async function contextOf(
  services: Services,
  request: IncomingMessage,
  { id, ipAddress, userAgent }: Facts,
  refreshCookie: RefreshCookie | null,
): Promise<Context> {
  const credential = await authenticate(services, bearerOf(request));
  return { ...services, credential, request: { id, ipAddress, userAgent, refreshCookie } };
}

export function perform({ path, input }: Call, { context, signal, type, batchIndex = 0 }: Made) {
  const getRawInput = async () => input;
  return callTRPCProcedure({ router: appRouter, path, getRawInput, ctx: context, type, signal, batchIndex });
}

/** What the caller is told of a failure. */
export function errorShape(thrown: unknown, ctx: Context | undefined, path?: string, input?: unknown) {
  return getTRPCErrorShape({
    config: appRouter._def._config,
    error: getTRPCErrorFromUnknown(thrown),
    type: procedureTypes.get(path ?? "") ?? "unknown",
    path,
    input,
    ctx,
  });
}

export type ErrorShape = ReturnType<typeof errorShape>;

/** Aborts when the caller has gone before the answer. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Answers, also where the request's body has not been read to its end. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: { status: number; headers: Headers; body: string },
): void {
  if (status !== 204) headers["content-length"] = String(Buffer.byteLength(body));
  if (!request.complete) headers["connection"] = "close";
  response.writeHead(status, headers);
  if (request.complete) response.end(body);
  else response.write(body, () => endEarly(request, response));
}
