import type { AccountAction, ErrorDetails, WorkspaceAction } from "@mdreader/contract";
import { initTRPC } from "@trpc/server";

import type { Context } from "../context.ts";
import { withTimeout } from "../util/timeout.ts";
import { toAppError, toTrpcError } from "./errors.ts";
import { withMappedErrors } from "./iterable.ts";

/** What each procedure says of itself. `public` is one that needs no sign-in. */
export interface ProcedureMeta {
  action: AccountAction | WorkspaceAction | "public";
  /** Set by what takes as long as its input is large. */
  hasNoTimeout?: true;
}

const t = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    errorFormatter({ shape, error, ctx }) {
      const { reason, message, fieldErrors, retryAfter } = toAppError(error);
      const details: ErrorDetails = {
        reason,
        ...(fieldErrors && { fieldErrors }),
        ...(retryAfter !== undefined && { retryAfter }),
        ...(ctx && { requestId: ctx.request.id }),
      };
      return { ...shape, message, data: { ...shape.data, ...details } };
    },
  });

export const { router, createCallerFactory } = t;

/**
 * What all procedures are built on: whatever fails in them, in an answer or in the middle of a subscription, leaves as
 * one kind of error, and what we did not foresee is noted in the log.
 */
export const procedure = t.procedure.use(async ({ ctx, path, type, meta, next }) => {
  const map = (thrown: unknown) => {
    const error = toTrpcError(thrown);
    if (error.code === "INTERNAL_SERVER_ERROR") {
      ctx.log.error({ err: thrown, path, requestId: ctx.request.id }, "unexpected error");
    }
    return error;
  };
  const { runQuery } = ctx.request;
  const made = type === "query" && runQuery ? runQuery(async () => next()) : next();
  const bounded = meta?.hasNoTimeout ? made : withTimeout(made, ctx.settings.callTimeout);
  const result = await bounded.catch((thrown: unknown) => {
    throw map(thrown);
  });
  if (!result.ok) throw map(result.error);
  return { ...result, data: withMappedErrors(result.data, map, ctx.request.applyBackpressure) };
});
