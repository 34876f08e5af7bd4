import { appRouter, type Context } from "@mdreader/api";
import { callTRPCProcedure } from "@trpc/server";

import { toErrorShape } from "../http/procedure/call.ts";
import type { IncomingCall } from "./in-flight-calls.ts";

export interface CallsOptions {
  /** Resolves when the client has signed in. */
  context: Promise<Context>;
  send(message: object): void;
  onError(error: unknown): void;
}

/**
 * Creates a function that runs a query or mutation, and sends its result. tRPC's own handler has one context per socket, so
 * it can't pass on idempotency keys and traces. It also makes each call abortable, which these calls don't need.
 */
export function createCallRunner({ context, send, onError }: CallsOptions): (call: IncomingCall) => void {
  async function run({ id, jsonrpc, method, params }: IncomingCall): Promise<void> {
    const { path, input } = params;
    let ctx: Context | undefined;
    try {
      ctx = toCallContext(await context, params);
      const data: unknown = await callTRPCProcedure({
        router: appRouter,
        path,
        getRawInput: async () => input,
        ctx,
        type: method,
        signal: undefined,
        batchIndex: 0,
      });
      send({ id, jsonrpc, result: { type: "data", data } });
    } catch (error) {
      onError(error);
      send({ id, jsonrpc, error: toErrorShape(error, ctx, path, input) });
    }
  }

  return (call) => void run(call);
}

/** Adds what a message says about its own call to the context of the socket. */
function toCallContext(context: Context, { idempotencyKey, traceparent }: IncomingCall["params"]): Context {
  if (idempotencyKey === undefined && traceparent === undefined) return context;
  const { request } = context;
  return {
    ...context,
    request: {
      ...request,
      idempotencyKeys: idempotencyKey === undefined ? undefined : [idempotencyKey],
      trace: traceparent === undefined ? request.trace : { traceparent },
    },
  };
}
