import type { AppRouter, Context } from "@mdreader/api";
import {
  createTRPCClient,
  type Operation,
  TRPCClientError,
  type TRPCClient,
  type TRPCLink,
} from "@trpc/client";
import { observable } from "@trpc/server/observable";

import { callProcedure, toErrorShape } from "../procedure/call.ts";

/**
 * Creates a client whose calls run in this process, with the access checks, limits and errors of any call. A call
 * whose signal aborts fails, so that nothing that would follow it happens.
 */
export function createLocalClient(context: Context): TRPCClient<AppRouter> {
  const link: TRPCLink<AppRouter> =
    () =>
    ({ op }) =>
      observable((observer) => {
        const { path, input, type, signal } = op;
        const ended = new AbortController();
        const onAbort = () => {
          ended.abort();
          observer.error(TRPCClientError.from(new Error("The call was canceled."), {}));
        };
        if (signal?.aborted === true) {
          onAbort();
          return;
        }
        signal?.addEventListener("abort", onAbort, { once: true });
        const call = { context: withIdempotencyKey(op, context), signal: ended.signal, type };
        const run = async () => {
          try {
            const data = await callProcedure({ path, input }, call);
            observer.next({ result: { type: "data", data } });
            observer.complete();
          } catch (thrown) {
            const error = toErrorShape(thrown, context, path, input);
            observer.error(TRPCClientError.from<AppRouter>({ error }));
          }
        };
        void run();
        return () => {
          signal?.removeEventListener("abort", onAbort);
          ended.abort();
        };
      });
  return createTRPCClient<AppRouter>({ links: [link] });
}

/** Each call has its own idempotency key, as with a client over HTTP. */
function withIdempotencyKey({ context: { idempotencyKey } }: Operation, context: Context): Context {
  const idempotencyKeys = typeof idempotencyKey === "string" ? [idempotencyKey] : undefined;
  return { ...context, request: { ...context.request, idempotencyKeys } };
}
