import type { Reason } from "@mdreader/contract";
import { type ActiveSpan, findTraceId, SpanKind, startSpan } from "@mdreader/db";

import type { RequestInfo } from "../context.ts";
import type { AppError } from "../errors.ts";

/** The traces of failed calls. A socket reports a failure when the call's span is no longer active. */
export const traceIds = new WeakMap<AppError, string>();

/** The span of a call. */
export interface CallSpan extends Pick<ActiveSpan, "run" | "traceId"> {
  end(): void;
  fail(error: AppError): void;
}

/** The reasons of failures of the server. The others refuse a call. */
const faults: ReadonlySet<Reason> = new Set<Reason>(["INTERNAL", "UNAVAILABLE"]);

/** Starts the span of a call: below that of its request, or below the trace that the client of a socket named. */
export function startCallSpan(path: string, { trace }: RequestInfo): CallSpan {
  const isInRequest = findTraceId() !== undefined;
  const span = startSpan(path, {
    kind: isInRequest ? SpanKind.INTERNAL : SpanKind.SERVER,
    attributes: { "rpc.system": "trpc", "rpc.method": path },
    ...(!isInRequest && trace !== undefined && { parent: trace }),
  });
  return {
    traceId: span.traceId,
    run: span.run,
    end: () => span.end(),
    fail(error) {
      traceIds.set(error, span.traceId);
      span.end(error.reason, faults.has(error.reason));
    },
  };
}
