import { type Action, type ErrorDetails, reasons } from "@mdreader/contract";
import { findTraceId, isTracing } from "@mdreader/db";
import { initTRPC } from "@trpc/server";

import type { Context } from "../context.ts";
import { withTimeout } from "../util/timeout.ts";
import { startCallSpan, traceIds } from "./call-span.ts";
import { announceUndeclared } from "./declared-reasons.ts";
import { toAppError, toTrpcError } from "./errors.ts";
import { withMappedErrors } from "./iterable.ts";
import { findVersionMismatch } from "./version-mismatch.ts";

/** The declarations of each procedure. `public` means that no sign-in is needed. */
export interface ProcedureMeta {
  action: Action | "public";
  /** Set for procedures whose duration depends on the size of their input. */
  hasNoTimeout?: true;
  /** Set for procedures whose result contains a secret, such as a token or a link. It is never stored or compressed. */
  hasSecretResult?: true;
  /** Set for mutations that have the same effect however often they are sent. They need no idempotency key. */
  isRepeatable?: true;
}

const t = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    errorFormatter({ shape, error, type, ctx }) {
      const failure = toAppError(error);
      const { fieldErrors, retryAfter, roles } = failure;
      const isUnknownProcedure =
        error.code === "NOT_FOUND" && (type === "unknown" || failure.cause === error);
      const reason =
        findVersionMismatch({ error, contract: ctx?.request.contract, isUnknownProcedure }) ?? failure.reason;
      const traceId = traceIds.get(failure) ?? findTraceId();
      const details: ErrorDetails = {
        reason,
        ...(fieldErrors && { fieldErrors }),
        ...(retryAfter !== undefined && { retryAfter }),
        ...roles,
        ...(ctx && { requestId: ctx.request.id }),
        ...(traceId !== undefined && { traceId }),
      };
      // The messages as literals would be repeated in the types of all procedures.
      const message: string = reasons[reason];
      return { ...shape, message, data: { ...shape.data, ...details } };
    },
  });

export const { router, createCallerFactory } = t;

/**
 * The base of all procedures. Errors in responses and subscriptions are converted to one type, and unexpected ones are
 * logged.
 */
export const procedure = t.procedure.use(async ({ ctx, path, type, meta, next }) => {
  const span = isTracing() ? startCallSpan(path, ctx.request) : null;
  const reportError = (thrown: unknown) => {
    const error = toTrpcError(thrown);
    const failure = toAppError(error);
    announceUndeclared(path, { type, ...meta }, failure.reason);
    span?.fail(failure);
    if (error.code === "INTERNAL_SERVER_ERROR") {
      ctx.log.error(
        { err: thrown, path, requestId: ctx.request.id, traceId: span?.traceId },
        "unexpected error",
      );
    }
    return error;
  };
  const { runCall } = ctx.request;
  const proceed = span === null ? next : () => span.run(() => next());
  const call = type !== "subscription" && runCall ? runCall(path, async () => proceed()) : proceed();
  const bounded = meta?.hasNoTimeout ? call : withTimeout(call, ctx.settings.callTimeoutSeconds);
  const result = await bounded.catch((thrown: unknown) => {
    throw reportError(thrown);
  });
  if (!result.ok) throw reportError(result.error);
  span?.end();
  return { ...result, data: withMappedErrors(result.data, reportError, ctx.request.applyBackpressure) };
});
