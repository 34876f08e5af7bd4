import { appRouter, type Context } from "@mdreader/api";
import { maxKeyLength } from "@mdreader/contract";
import { callTRPCProcedure } from "@trpc/server";
import { z } from "zod";

import { toErrorShape } from "../http/procedure/call.ts";

/** The idempotency key of a message. */
export const messageKey = z.string().max(maxKeyLength);

const keyedCall = z.object({
  id: z.union([z.string(), z.number()]),
  jsonrpc: z.literal("2.0").optional(),
  method: z.enum(["query", "mutation"]),
  params: z.object({ path: z.string(), input: z.unknown(), idempotencyKey: messageKey }),
});
type KeyedCall = z.infer<typeof keyedCall>;

export interface KeyedCallsOptions {
  /** Resolves when the client has signed in. */
  context: Promise<Context>;
  send(message: object): void;
  onError(error: unknown): void;
}

/**
 * Creates a function that runs a call with an idempotency key. tRPC has one context per socket and runs the others.
 * @returns Whether the message was such a call.
 */
export function createKeyedCalls({
  context,
  send,
  onError,
}: KeyedCallsOptions): (message: unknown) => boolean {
  async function run({ id, jsonrpc, method, params }: KeyedCall): Promise<void> {
    const { path, input, idempotencyKey } = params;
    let ctx: Context | undefined;
    try {
      const common = await context;
      ctx = { ...common, request: { ...common.request, idempotencyKeys: [idempotencyKey] } };
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

  return (message) => {
    // A schema would take longer than everything else that is done with a short message.
    const call = hasKey(message) ? keyedCall.safeParse(message).data : undefined;
    if (call === undefined) return false;
    void run(call);
    return true;
  };
}

function hasKey(message: unknown): boolean {
  if (typeof message !== "object" || message === null || !("params" in message)) return false;
  const { params } = message;
  return typeof params === "object" && params !== null && "idempotencyKey" in params;
}
